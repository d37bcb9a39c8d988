#!/bin/bash
# Everything that a machine without internet needs to install the monitor, in one folder: wheels with their hashes,
# install.sh, units, and what Prometheus, Alertmanager and Grafana are given. Usage: wheelhouse.sh PYTHON FOLDER [SOURCE];
# PYTHON has pip and hatchling, SOURCE is the tree to build (this one when left out). For machines with the same Python version and processor as this one.
set -euo pipefail

if [[ $# -lt 2 || $# -gt 3 ]]; then
  sed -n '2,4s/^# //p' "$0" >&2
  exit 2
fi
python=$(realpath -s "$1")
here=$(cd "$(dirname "$0")" && pwd)
source_tree=$(cd "${3:-$here/..}" && pwd)
folder=$2
if [[ -e $folder ]]; then
  echo "wheelhouse.sh: $folder is there already" >&2
  exit 2
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
mkdir "$folder/wheels"

"$python" -m pip --quiet --disable-pip-version-check download --require-hashes --only-binary :all: \
  --requirement "$source_tree/requirements/run.lock" --dest "$folder/wheels"
"$python" -m pip --quiet --disable-pip-version-check wheel --no-deps --no-build-isolation \
  --wheel-dir "$folder/wheels" "$source_tree"

wheel=$(echo "$folder"/wheels/monitor-*.whl)
version=$(basename "$wheel" | cut -d- -f2)
{
  cat "$source_tree/requirements/run.lock"
  echo "monitor==$version --hash=sha256:$(sha256sum "$wheel" | cut -d' ' -f1)"
} > "$folder/requirements.txt"
echo "$version" > "$folder/VERSION"
"$python" -c 'import platform, sys; print("%d.%d" % sys.version_info[:2], platform.machine())' > "$folder/PYTHON"
mkdir "$folder/units"
install -m 0644 "$here"/monitor.service "$here"/monitor-backup.service "$here"/monitor-backup.timer "$folder/units"
install -m 0644 "$here"/monitor.toml "$here"/README.md "$here"/postgresql.md "$folder"
install -m 0644 -D "$here"/nginx/monitor.conf "$folder/nginx/monitor.conf"
install -m 0644 -D -t "$folder/prometheus" "$here"/prometheus/{prometheus,alertmanager,monitor.rules,monitor.recording,sites.rules}.yml
(cd "$here/.." && find grafana/README.md grafana/dashboards grafana/provisioning -type f -exec install -m 0644 -D '{}' "$folder/{}" \;)
install -m 0755 "$here"/monitor-cli "$here"/install.sh "$folder"
sums=$(cd "$folder" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
echo "$sums" > "$folder/SHA256SUMS"
echo "$folder: monitor $version, $(find "$folder/wheels" -name '*.whl' | wc -l) wheels, $(du -sh "$folder" | cut -f1)"
