"""What is shown on the booted machine, one proof after the other; each builds on what the ones before left."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.deploy.container import Ended
from tests.deploy.stage import SITES, UNIT, Stage

DOWN = "DESA-001"
FALLING = "DESA-002"
STOPS_WITHIN = 10.0
EXPOSURE = 1.5
_MIB = 1024 * 1024
CLI = "/usr/local/bin/monitor"
ODD_WORDS = (
    "$HOME", "${HOME}", "${X}", "$$", "a$b", "$", "%n %% %h", "'", '"', "dua kata", "baris\nbaru", "\\", "\\n\\x41",
    "", " ", "*", "~", "`id`", ";", "&", "-", "–é",
)  # fmt: skip
_ECHO = """#!/usr/bin/python3
import json, sys
print(json.dumps(sys.argv[3:]))
"""
PASSWORD = "rahasia/uji"  # noqa: S105 – of a server without a network
HOW_TO = "/srv/current/postgresql.md"
_OTHER_DATABASE = f"postgresql://monitor:{PASSWORD.replace('/', '%2F')}@127.0.0.1/monitor?sslmode=require"


def it_installs_without_a_network(stage: Stage) -> str:
    """Nothing leads out of the container; the previous release goes in from its wheelhouse, and watches."""
    assert stage.ask("ip", "route") == ""
    ended = stage.installer("previous", "install")
    assert ended.code == 0, ended.out
    assert stage.is_active()
    return f"rilis {stage.release()}; rute keluar: tidak ada"


def what_was_tampered_with_is_refused(stage: Stage) -> str:
    """A wheel that is not the one whose hash was written down: nothing is installed."""
    wheel = next(stage.file("/srv/previous/wheels").glob("monitor-*.whl"))
    good = wheel.read_bytes()
    wheel.write_bytes(good + b"x")
    ended = stage.installer("previous", "install")
    wheel.write_bytes(good)
    assert ended.code == 2, ended.out
    assert wheel.name in ended.out
    assert not stage.file("/opt/monitor").exists()
    return "kode keluar 2, tidak ada yang dipasang"


def installing_again_changes_nothing(stage: Stage) -> str:
    """The same command once more: the same process goes on."""
    before = stage.shown("MainPID")
    ended = stage.installer("previous", "install")
    assert ended.code == 0, ended.out
    assert stage.shown("MainPID") == before
    return f"proses {before} tetap"


def it_is_notified_and_fed(stage: Stage) -> str:
    """Running by notification, with a status for people, and the watchdog fed again and again."""
    assert stage.shown("Type") == "notify"
    assert stage.is_active()
    status = stage.shown("StatusText")
    assert status.startswith("memantau "), status
    assert "titik pantau terputus" not in status, status
    first = stage.shown("WatchdogTimestampMonotonic")
    stage.until(lambda: stage.shown("WatchdogTimestampMonotonic") != first, "the watchdog is fed")
    memory = int(_process(stage)["VmHWM"].split()[0]) // 1024
    assert memory < int(stage.shown("MemoryHigh")) / _MIB / 2
    return f"active (running), {status!r}, WatchdogUSec={stage.shown('WatchdogUSec')}, paling banyak {memory} MiB"


def _process(stage: Stage) -> dict[str, str]:
    """What the kernel says of the daemon (proc_pid_status(5))."""
    status = stage.ask("cat", f"/proc/{stage.shown('MainPID')}/status")
    return dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)


def it_runs_without_rights(stage: Stage) -> str:
    """Not root, no capabilities, filtered calls; exposure as systemd reckons it."""
    values = _process(stage)
    assert values["Uid"].split()[0] != "0"
    assert int(values["CapEff"], 16) == 0
    assert int(values["CapBnd"], 16) == 0
    assert values["NoNewPrivs"] == "1"
    assert values["Seccomp"] == "2"
    said = stage.ask("systemd-analyze", "security", "--no-pager", UNIT).splitlines()[-1]
    exposure = float(said.partition(": ")[2].split()[0])
    assert exposure <= EXPOSURE, said
    return f"uid {values['Uid'].split()[0]}, CapEff 0, seccomp 2, paparan {exposure}"


def it_watches_the_lab(stage: Stage) -> str:
    """All sites up; one that falls is down on the board, by the command line, in the journal, and in a letter."""
    stage.open_lab()
    stage.await_calm()
    stage.play(DOWN)
    stage.await_state(DOWN, "turun")
    told = stage.until(lambda: [one for one in stage.letters() if DOWN in one["title"]], "a letter came")
    assert DOWN in stage.run(CLI, "status").out
    stage.until(lambda: stage.journal(5, f"MONITOR_TARGET={DOWN}"), "the journal can be asked for a target")
    return f"{SITES} situs; {told[0]['title']!r} lewat saluran dari kredensial"


def it_survives_kill_9(stage: Stage) -> str:
    """Killed just when a site has fallen: started again, the record sound, since when and letters as they were."""
    before = stage.down_since(DOWN)
    samples, restarts, pid = stage.samples(), stage.restarts(), stage.shown("MainPID")
    stage.play(DOWN, FALLING)
    stage.await_state(FALLING, "turun")
    stage.ask("systemctl", "kill", "--kill-whom=main", "--signal=KILL", UNIT)
    stage.until(lambda: stage.is_active() and stage.shown("MainPID") != pid, "systemd starts it again")
    assert stage.restarts() == restarts + 1
    assert stage.down_since(DOWN) == before
    assert stage.samples() >= samples
    _told_once(stage, FALLING)
    _told_once(stage, DOWN)
    return f"hidup lagi; {DOWN} tetap turun sejak {before}, {samples} sampel utuh, satu pesan per situs"


def _told_once(stage: Stage, kode: str) -> None:
    stage.until(lambda: any(kode in one["title"] for one in stage.letters()), f"a letter about {kode}")
    keys = {one["key"] for one in stage.letters() if one["channel"] == "noc" and kode in one["title"]}
    assert len(keys) == 1, stage.letters()


def a_stopped_loop_is_restarted(stage: Stage) -> str:
    """SIGSTOP: nothing beats, the watchdog bites, the traceback is in the journal, and the record goes on."""
    before, samples = stage.down_since(DOWN), stage.samples()
    restarts, pid, began = stage.restarts(), stage.shown("MainPID"), time.monotonic()
    stage.ask("systemctl", "kill", "--kill-whom=main", "--signal=STOP", UNIT)
    stage.until(lambda: stage.is_active() and stage.shown("MainPID") != pid, "the watchdog has it started again")
    took = time.monotonic() - began
    assert stage.restarts() == restarts + 1
    said = stage.run("journalctl", "--unit", UNIT, "--no-pager", "--lines=400").out
    assert "Watchdog timeout" in said
    assert "Fatal Python error: Aborted" in said
    assert stage.down_since(DOWN) == before
    assert stage.samples() >= samples
    _told_once(stage, DOWN)
    return f"hidup lagi setelah {took:.0f} detik; tidak ada yang hilang"


def sighup_reloads(stage: Stage) -> str:
    """A row less is watched by the same process; an inventory with errors is refused, and the status says so."""
    pid, path = stage.shown("MainPID"), stage.file("/etc/monitor/inventory/desa.csv")
    good = path.read_text(encoding="utf-8")
    lines = good.splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    stage.ask("systemctl", "reload", UNIT)
    stage.until(lambda: f"memantau {SITES - 1} situs" in stage.shown("StatusText"), "a site less is watched")
    path.write_text("".join(lines[:-1]) + "rusak\n", encoding="utf-8")
    stage.ask("systemctl", "reload", UNIT)
    refused = stage.until(lambda: "ditolak" in (said := stage.shown("StatusText")) and said, "a bad one is refused")
    stage.until(lambda: stage.is_active() and stage.journal(5, "MONITOR_EVENT=inventory.refused"), "it goes on")
    path.write_text(good, encoding="utf-8")
    stage.ask("systemctl", "reload", UNIT)
    stage.until(lambda: f"memantau {SITES} situs" in stage.shown("StatusText"), "all are watched again")
    assert stage.shown("MainPID") == pid
    return f"proses {pid} tetap; {refused!r}"


def the_command_line_hands_on_every_byte(stage: Stage) -> str:
    """Whatever a word holds – dollars, quotes, lines – the program gets it as it was typed."""
    program = stage.file("/srv/echo/bin/monitor")
    program.parent.mkdir(parents=True)
    program.write_text(_ECHO, encoding="utf-8")
    program.chmod(0o755)
    ended = stage.run(CLI, *ODD_WORDS, MONITOR_RELEASE="/srv/echo")
    assert ended.code == 0, ended.out
    got = json.loads(ended.out)
    assert got == list(ODD_WORDS), got
    return f"{len(ODD_WORDS)} kata, antara lain {' '.join(map(repr, ODD_WORDS[:4]))}"


def a_backup_is_restored(stage: Stage) -> str:
    """The drill: a copy by the unit of the timer, put back, found sound, and the daemon goes on with it."""
    folder = "/var/backups/monitor"
    for name, days in (("monitor-lama.db.gz", 15), ("monitor-baru.db", 13), ("sebelum-lama.db", 15)):
        stage.ask("runuser", "-u", "monitor", "--", "touch", "--date", f"{days} days ago", f"{folder}/{name}")
    stage.ask("systemctl", "start", "monitor-backup.service", within=300)
    kept = {path.name for path in stage.file(folder).iterdir()}
    assert "monitor-lama.db.gz" not in kept
    assert {"monitor-baru.db", "sebelum-lama.db"} <= kept
    stage.ask("rm", f"{folder}/monitor-baru.db", f"{folder}/sebelum-lama.db")
    (copy,) = stage.file(folder).glob("monitor-*.db.gz")
    assert stage.ask("systemctl", "is-enabled", "monitor-backup.timer") == "enabled"
    assert stage.ask("systemctl", "show", "--value", "--property=NextElapseUSecRealtime", "monitor-backup.timer")
    before = stage.down_since(DOWN)
    stage.ask("systemctl", "stop", UNIT)
    stage.ask("rm", "/var/lib/monitor/monitor.db")
    ended = stage.run(CLI, "db", "restore", f"/var/backups/monitor/{copy.name}", "--force")
    assert ended.code == 0, ended.out
    samples = stage.samples()
    stage.ask("systemctl", "start", UNIT, within=120)
    assert stage.down_since(DOWN) == before
    return f"{copy.name}: {samples} sampel, {DOWN} turun sejak {before}"


def it_upgrades(stage: Stage) -> str:
    """From the previous commit's package to this one: another release, the same record."""
    old, before, samples = stage.release(), stage.down_since(DOWN), stage.samples()
    ended = stage.installer("current", "upgrade")
    assert ended.code == 0, ended.out
    assert stage.release() != old
    assert stage.is_active()
    assert stage.down_since(DOWN) == before
    assert stage.samples() >= samples
    return f"{old} → {stage.release()}; " + next(line for line in ended.out.splitlines() if "dalam" in line)[2:]


def a_broken_upgrade_is_taken_back(stage: Stage) -> str:
    """A release that changes the schema and never comes up: the old one runs again, on the record as it was."""
    old, before, samples = stage.release(), stage.down_since(DOWN), stage.samples()
    ended = stage.installer("broken", "upgrade")
    assert ended.code == 1, ended.out
    assert "catatan dikembalikan" in ended.out, ended.out
    assert stage.release() == old
    assert stage.is_active()
    assert stage.down_since(DOWN) == before
    assert stage.samples() >= samples
    return f"kode keluar 1, {old} berjalan lagi"


def it_rolls_back_by_hand(stage: Stage) -> str:
    """To the release before, and forward again; where the schema differs, only when losing the record since is said."""
    old, before = stage.release(), stage.down_since(DOWN)
    ended = stage.installer("current", "rollback")
    refused = "tambahkan --ya" in ended.out
    if refused:
        assert (ended.code, stage.release(), stage.is_active()) == (1, old, True), ended.out
        ended = stage.installer("current", "rollback", "--ya")
        assert list(stage.file("/var/backups/monitor").glob("sebelum-kembali-*.db")), ended.out
    assert ended.code == 0, ended.out
    back = stage.release()
    assert back != old
    assert stage.down_since(DOWN) == before
    ended = stage.installer("current", "install")
    assert ended.code == 0, ended.out
    assert stage.release() == old
    return f"{old} → {back} → {old}" + ("; skema berbeda: baru dengan --ya, catatan disimpan dahulu" if refused else "")


def it_stops_soon(stage: Stage) -> str:
    """An orderly end within ten seconds, with code 0."""
    began = time.monotonic()
    stage.ask("systemctl", "stop", UNIT)
    took = time.monotonic() - began
    assert took < STOPS_WITHIN, took
    assert stage.shown("Result") == "success"
    stage.ask("systemctl", "start", UNIT, within=120)
    return f"{took:.1f} detik"


def _on_a_small_disk(stage: Stage) -> None:
    """Put the state directory on 24 MiB of its own, with the record that is there."""
    stage.ask("systemctl", "stop", UNIT)
    stage.ask("mv", "/var/lib/monitor", "/var/lib/monitor.aside")
    stage.ask("install", "--directory", "--owner=monitor", "--group=monitor", "--mode=0700", "/var/lib/monitor")
    stage.ask("mount", "-t", "tmpfs", "-o", "size=24M,mode=0700,uid=monitor,gid=monitor", "tmpfs", "/var/lib/monitor")
    stage.ask("sh", "-c", "cp --archive /var/lib/monitor.aside/. /var/lib/monitor/")
    stage.ask("systemctl", "start", UNIT, within=120)


def _back_on_the_large_disk(stage: Stage) -> None:
    stage.run("systemctl", "stop", UNIT)
    stage.run("umount", "/var/lib/monitor")
    stage.ask("sh", "-c", "rmdir /var/lib/monitor && mv /var/lib/monitor.aside /var/lib/monitor")
    stage.ask("systemctl", "reset-failed", UNIT)
    stage.ask("systemctl", "start", UNIT, within=120)


def it_survives_a_full_disk(stage: Stage) -> str:
    """No room: a reason in the status, no end to trying; room again: it goes on by itself, the record sound."""
    _on_a_small_disk(stage)
    try:
        stage.run("sh", "-c", "cat /dev/zero > /var/lib/monitor/pengisi 2> /dev/null")
        said = stage.until(lambda: "penuh" in (text := stage.shown("StatusText")) and text, "the status says full")
        restarts = stage.restarts()
        stage.until(lambda: stage.restarts() > restarts, "it is tried again")
        assert "ruang simpan" in stage.journal(60)
        stage.ask("rm", "/var/lib/monitor/pengisi")
        stage.until(stage.is_active, "it goes on by itself")
        stage.await_state(DOWN, "turun")
        samples = stage.samples()
    finally:
        stage.run("rm", "-f", "/var/lib/monitor/pengisi")
        _back_on_the_large_disk(stage)
    return f"{said!r}; lalu berjalan sendiri, {samples} sampel utuh"


def it_survives_a_read_only_disk(stage: Stage) -> str:
    """The state directory cannot be written: a reason that people see; writable again: it goes on by itself."""
    _on_a_small_disk(stage)
    try:
        stage.ask("systemctl", "stop", UNIT)
        stage.ask("mount", "-o", "remount,ro", "/var/lib/monitor")
        stage.run("systemctl", "start", UNIT, within=120)
        said = stage.until(lambda: _why_read_only(stage), "a reason is shown")
        restarts = stage.restarts()
        stage.until(lambda: stage.restarts() > restarts, "it is tried again")
        stage.ask("mount", "-o", "remount,rw", "/var/lib/monitor")
        stage.until(stage.is_active, "it goes on by itself")
        stage.await_state(DOWN, "turun")
        samples = stage.samples()
    finally:
        stage.run("mount", "-o", "remount,rw", "/var/lib/monitor")
        _back_on_the_large_disk(stage)
    return f"{said!r}; lalu berjalan sendiri, {samples} sampel utuh"


def _why_read_only(stage: Stage) -> str:
    """What `systemctl status` shows of it: our own reason, or systemd's when it cannot even prepare the directory."""
    shown = stage.run("systemctl", "status", "--no-pager", "--full", "--lines=20", UNIT).out
    lines = [line.strip() for line in shown.splitlines()]
    ours = [line for line in lines if line.startswith("Status: ") and "hanya dapat dibaca" in line]
    theirs = [line for line in lines if "Read-only file system" in line]
    return next(iter(ours + theirs), "")


def wrong_settings_wait_for_a_person(stage: Stage) -> str:
    """Exit code 2, the reason in the status, and no restart until somebody has mended it."""
    path = stage.file("/etc/monitor/monitor.toml")
    good = path.read_text(encoding="utf-8")
    path.write_text(good + '\n[web2]\nlisten = "x"\n', encoding="utf-8")
    try:
        assert stage.run("systemctl", "restart", UNIT).code != 0
        assert (stage.shown("ActiveState"), stage.shown("ExecMainStatus")) == ("failed", "2")
        said = stage.shown("StatusText")
        assert "web2" in said, said
    finally:
        path.write_text(good, encoding="utf-8")
        stage.ask("systemctl", "restart", UNIT, within=120)
    return repr(said)


def uninstalling_keeps_the_data(stage: Stage) -> str:
    """Program and units go; settings, record and backups stay, and a new installation takes them up."""
    before = stage.down_since(DOWN)
    ended = stage.installer("current", "uninstall")
    assert ended.code == 0, ended.out
    assert not stage.file("/opt/monitor").exists()
    assert stage.shown("LoadState") in {"not-found", "masked"}
    assert stage.file("/var/lib/monitor/monitor.db").exists()
    assert list(stage.file("/var/backups/monitor").glob("monitor-*"))
    ended = stage.installer("current", "install")
    assert ended.code == 0, ended.out
    assert stage.down_since(DOWN) == before
    return f"dipasang lagi: {DOWN} turun sejak {before}"


def _how_to(stage: Stage) -> list[str]:
    """The commands that the document on PostgreSQL shows, in their order."""
    lines = stage.file(HOW_TO).read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("$ ").partition("  #")[0].strip() for line in lines if line.startswith("$ ")]


def _follow(stage: Stage, command: str) -> None:
    """What the document says, to the word; a person types the password, and what an editor is opened for."""
    words = shlex.split(command)
    if words[0] in {"createuser", "createdb"}:
        ended = stage.run("runuser", "-u", "postgres", "--", *words, said=f"{PASSWORD}\n" * 2)
    elif words[0] == "editor":
        stage.file(words[1]).write_text(_OTHER_DATABASE + "\n", encoding="utf-8")
        return
    elif words[0] == "apt-get":
        ended = stage.run("pg_dump", "--version")
    else:
        ended = stage.run(*words, within=180)
    assert ended.code == 0, (command, ended.out)


@contextmanager
def _without_database_in_the_settings(stage: Stage) -> Iterator[None]:
    """As the document asks; and as it was at the end."""
    path = stage.file("/etc/monitor/monitor.toml")
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition("[database]\n")
    assert found
    path.write_text(before + rest[rest.index("[") :], encoding="utf-8")
    try:
        yield
    finally:
        stage.run("systemctl", "stop", UNIT)
        path.write_text(text, encoding="utf-8")
        stage.ask("rm", "-f", "/etc/monitor/credentials/DATABASE__URL")
        stage.ask("systemctl", "start", UNIT, within=120)


def the_record_can_be_in_postgresql(stage: Stage) -> str:
    """The document's commands to the word on Debian's PostgreSQL; then the drill with a copy that `pg_dump` made."""
    commands = _how_to(stage)
    with _without_database_in_the_settings(stage):
        for command in commands:
            _follow(stage, command)
        before = stage.down_since(DOWN)
        stage.ask("systemctl", "start", "monitor-backup.service", within=300)
        (copy,) = stage.file("/var/backups/monitor").glob("monitor-*.pgdump")
        stage.ask("systemctl", "stop", UNIT)
        drop = "DROP OWNED BY monitor"
        stage.ask("runuser", "-u", "postgres", "--", "psql", "--quiet", "--command", drop, "monitor")
        ended = stage.run(CLI, "db", "restore", f"/var/backups/monitor/{copy.name}", "--force", within=120)
        assert ended.code == 0, ended.out
        samples = stage.samples()
        assert samples
        stage.ask("systemctl", "start", UNIT, within=120)
        assert stage.down_since(DOWN) == before
        stage.ask("systemctl", "stop", "postgresql.service", "postgresql@*")
        stage.until(lambda: "Status:" in _status(stage), "why it ended is shown")
        said = next(line.strip() for line in _status(stage).splitlines() if "Status:" in line)
        stage.ask("systemctl", "start", "postgresql.service", within=120)
        stage.until(lambda: stage.is_active() and stage.state(DOWN) == "turun", "it goes on by itself")
    assert PASSWORD not in said
    return f"{len(commands)} perintah; {copy.name}: {samples} sampel; servernya mati: {said}; lalu berjalan sendiri"


def _status(stage: Stage) -> str:
    """What `systemctl status` shows while the daemon does not run."""
    return "" if stage.is_active() else stage.run("systemctl", "status", "--no-pager", "--full", "--lines=0", UNIT).out


def _nothing_is_installed(stage: Stage, ended: Ended, *said: str) -> None:
    for word in said:
        assert word in ended.out, ended.out
    assert not stage.file("/opt/monitor/current").is_symlink()
    assert not stage.file(f"/etc/systemd/system/{UNIT}").exists()


def an_installation_that_cannot_be_says_why(stage: Stage) -> str:
    """Not root, no room, a port that is taken: the reason, nothing half done, and the same command again works."""
    before = stage.down_since(DOWN)
    assert stage.installer("current", "uninstall").code == 0
    ended = stage.run("runuser", "-u", "nobody", "--", "/srv/current/install.sh", "install")
    assert ended.code == 2
    _nothing_is_installed(stage, ended, "jalankan sebagai root")
    stage.ask("mkdir", "/opt/monitor")
    stage.ask("mount", "-t", "tmpfs", "-o", "size=20M", "tmpfs", "/opt/monitor")
    try:
        ended = stage.installer("current", "install")
        assert ended.code == 2
        _nothing_is_installed(stage, ended, "ruang di /opt/monitor kurang", "tidak ada rilis yang berubah")
        _fills_up_on_the_way(stage)
        assert stage.ask("ls", "/opt/monitor/releases") == ""
    finally:
        stage.ask("umount", "/opt/monitor")
    _port_is_taken(stage)
    ended = stage.run("sh", "-c", "umask 077; exec /srv/current/install.sh install", within=600, PATH="/usr/bin:/bin")
    assert ended.code == 0, ended.out
    assert stage.down_since(DOWN) == before
    return f"kode keluar 2, 2, 1, 1; lalu terpasang dengan umask 077 dan tanpa /usr/sbin: {DOWN} turun sejak {before}"


def _fills_up_on_the_way(stage: Stage) -> None:
    """There is room at first, and others take it meanwhile: by a stand-in that sees more than there is."""
    stand_in = stage.file("/srv/luas/df")
    stand_in.parent.mkdir()
    stand_in.write_text("#!/bin/sh\necho 99999\n", encoding="utf-8")
    stand_in.chmod(0o755)
    ended = stage.run("/srv/current/install.sh", "install", within=600, PATH="/srv/luas:/usr/sbin:/usr/bin:/sbin:/bin")
    assert ended.code == 1
    _nothing_is_installed(stage, ended, "tidak dapat dipasang; tidak ada yang berubah")


def _port_is_taken(stage: Stage) -> None:
    stage.ask("systemd-run", "--quiet", "--unit=lain", "python3", "-m", "http.server", "--bind", "127.0.0.1", "8620")
    stage.until(lambda: "127.0.0.1:8620" in stage.ask("ss", "-tln"), "the port is taken")
    try:
        ended = stage.installer("current", "install")
        assert ended.code == 1, ended.out
        for word in ("127.0.0.1:8620 tidak dapat dipakai", "hentikan proses yang memakainya", "ulangi perintah ini"):
            assert word in ended.out, ended.out
    finally:
        stage.ask("systemctl", "stop", "lain.service")


PROOFS: tuple[Callable[[Stage], str], ...] = (
    what_was_tampered_with_is_refused,
    it_installs_without_a_network,
    installing_again_changes_nothing,
    it_watches_the_lab,
    it_upgrades,
    it_is_notified_and_fed,
    it_runs_without_rights,
    it_survives_kill_9,
    a_stopped_loop_is_restarted,
    sighup_reloads,
    the_command_line_hands_on_every_byte,
    a_backup_is_restored,
    it_stops_soon,
    it_survives_a_full_disk,
    it_survives_a_read_only_disk,
    wrong_settings_wait_for_a_person,
    a_broken_upgrade_is_taken_back,
    it_rolls_back_by_hand,
    the_record_can_be_in_postgresql,
    uninstalling_keeps_the_data,
    an_installation_that_cannot_be_says_why,
)
