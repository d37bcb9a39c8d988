"""Services that hand out names, and how each of them shows that a name is nobody's; data, with source and date.

Suffixes are where the services' own documentation tells customers to point a CNAME. The marks, and whether a stranger
can take such a name without more, are as EdOverflow/can-i-take-over-xyz listed them (fingerprints.json, commit
003c6b9c194f), read in November 2026.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that lets its customers have names under their own domains."""

    name: str
    suffixes: tuple[str, ...]
    """The domains that a CNAME leads into."""
    marks: tuple[str, ...] = ()
    """What its page says when nobody has the name; any of them."""
    nxdomain: bool = False
    """Whether a name that nobody has does not exist."""
    open: bool = True
    """Whether whoever comes first can have it; else the service asks for some proof, and the finding is milder."""

    def serves(self, name: str) -> bool:
        """Whether *name* is one of its own: by whole labels."""
        return any(name == suffix or name.endswith(f".{suffix}") for suffix in self.suffixes)


SERVICES = (
    Service(name="GitHub Pages", suffixes=("github.io",), marks=("There isn't a GitHub Pages site here.",)),
    Service(name="Bitbucket Cloud", suffixes=("bitbucket.io",), marks=("Repository not found",)),
    Service(
        name="Heroku", suffixes=("herokuapp.com", "herokudns.com", "herokussl.com"), marks=("No such app",), open=False
    ),
    Service(
        name="Microsoft Azure",
        suffixes=(
            "azurewebsites.net",
            "cloudapp.net",
            "cloudapp.azure.com",
            "trafficmanager.net",
            "blob.core.windows.net",
            "web.core.windows.net",
            "azureedge.net",
            "azurefd.net",
            "azure-api.net",
            "azurecontainer.io",
            "azurestaticapps.net",
        ),
        nxdomain=True,
    ),
    Service(name="Amazon Elastic Beanstalk", suffixes=("elasticbeanstalk.com",), nxdomain=True),
    Service(name="Amazon S3", suffixes=("amazonaws.com",), marks=("The specified bucket does not exist",)),
    Service(name="Netlify", suffixes=("netlify.app", "netlify.com"), marks=("Not Found - Request ID:",), open=False),
    Service(
        name="Vercel",
        suffixes=("vercel.app", "vercel-dns.com", "now.sh"),
        marks=("The deployment could not be found on Vercel",),
        open=False,
    ),
    Service(
        name="Shopify", suffixes=("myshopify.com",), marks=("Sorry, this shop is currently unavailable.",), open=False
    ),
    Service(
        name="Fastly", suffixes=("fastly.net", "fastlylb.net"), marks=("Fastly error: unknown domain",), open=False
    ),
    Service(name="Pantheon", suffixes=("pantheonsite.io",), marks=("404 error unknown site!",)),
    Service(name="WordPress.com", suffixes=("wordpress.com",), marks=("Do you want to register",)),
    Service(
        name="Blogger / Google Sites",
        suffixes=("ghs.google.com", "ghs.googlehosted.com", "ghs46.googlehosted.com"),
        marks=("The requested URL was not found on this server.", "Blog not found"),
        open=False,
    ),
    Service(name="Surge", suffixes=("surge.sh",), marks=("project not found",)),
    Service(
        name="Unbounce",
        suffixes=("unbouncepages.com",),
        marks=("The requested URL was not found on this server.",),
        open=False,
    ),
    Service(name="Zendesk", suffixes=("zendesk.com",), marks=("Help Center Closed",), open=False),
    Service(name="Read the Docs", suffixes=("readthedocs.io",), marks=("is unknown to Read the Docs",), open=False),
    Service(name="Ghost(Pro)", suffixes=("ghost.io",), marks=("The thing you were looking for is no longer here",)),
    Service(
        name="Tumblr",
        suffixes=("domains.tumblr.com",),
        marks=("Whatever you were looking for doesn't currently exist at this address",),
        open=False,
    ),
    Service(name="Hatena Blog", suffixes=("hatenablog.com",), marks=("404 Blog is not found",)),
    Service(name="Strikingly", suffixes=("strikinglydns.com", "s.strikinglydns.com"), marks=("page not found",)),
    Service(name="Kinsta", suffixes=("kinsta.cloud", "kinsta.com"), marks=("No Site For Domain",)),
    Service(name="ReadMe", suffixes=("readme.io", "readmessl.com"), marks=("Project doesnt exist... yet!",)),
    Service(name="Help Scout", suffixes=("helpscoutdocs.com",), marks=("No settings were found for this company:",)),
    Service(name="UptimeRobot", suffixes=("stats.uptimerobot.com",), marks=("page not found",)),
    Service(
        name="Webflow",
        suffixes=("proxy.webflow.com", "proxy-ssl.webflow.com", "cdn.webflow.com"),
        marks=("The page you are looking for doesn't exist or has been moved.",),
        open=False,
    ),
    Service(
        name="Wix",
        suffixes=("wixdns.net", "wixsite.com"),
        marks=("Looks Like This Domain Isn't Connected To A Website Yet!",),
        open=False,
    ),
)


def service_of(names: Iterable[str]) -> Service | None:
    """The service that the last of *names* to lead to one leads to."""
    found = (service for name in reversed(tuple(names)) for service in SERVICES if service.serves(name))
    return next(found, None)


def by_name(name: str) -> Service | None:
    """The service called *name*."""
    return next((service for service in SERVICES if service.name == name), None)
