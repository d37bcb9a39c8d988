#!/bin/bash
# Installs, upgrades, takes back and removes the monitor on a machine with systemd, without internet. See --help.
# Nothing is ever changed halfway: a release is complete before it is switched to, and what fails is switched back.
set -euo pipefail
umask 022
# `su` without `-` leaves /usr/sbin out; what Python is told by the caller's environment is not meant for this one.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
unset PYTHONHOME PYTHONPATH

HERE=$(cd "$(dirname "$0")" && pwd)
readonly HERE
readonly OPT=/opt/monitor ETC=/etc/monitor STATE=/var/lib/monitor BACKUPS=/var/backups/monitor
readonly UNITS=/etc/systemd/system CLI=/usr/local/bin/monitor LOCK=/run/monitor-install.lock
readonly KEPT_RELEASES=3 KEPT_BACKUPS=3
readonly READY_WITHIN=${MONITOR_READY_WITHIN:-180}

PYTHON=python3
CONFIRMED=no
# While a switch is under way: what to go back to when it fails or is interrupted, and whether that was running.
OLD='' BACKUP='' RAN=ya

usage() {
  cat << 'END'
Pemakaian: install.sh PERINTAH [PILIHAN]

  install     pasang, atau perbarui bila sudah terpasang; aman diulang
  upgrade     perbarui yang sudah terpasang: cadangkan, ubah, periksa; bila gagal, kembali ke versi semula
  rollback    kembali ke versi sebelum pembaruan terakhir
  uninstall   hentikan dan hapus programnya; setelan, catatan, dan cadangan tetap ada
  status      versi yang terpasang, dan apakah daemon berjalan

  --python PROGRAM   Python yang dipakai (bawaan: python3)
  --ya               rollback: boleh kehilangan catatan sejak pembaruan, bila skemanya harus dikembalikan
  -h, --help         tampilkan ini

Jalankan sebagai root dari folder hasil `make wheelhouse`; internet tidak diperlukan.
Kode keluar: 0 baik · 1 gagal, keadaan semula dipertahankan atau dikembalikan · 2 salah pakai atau syarat tidak terpenuhi ·
3 gagal dan keadaan semula tidak dapat dikembalikan.
END
}

say() { echo "• $*"; }
complain() { echo "✗ $*" >&2; }
refuse() {
  complain "$*"
  exit 2
}

# --- What is there ---------------------------------------------------------------------------------------------------

release_id() {
  echo "$(cat "$HERE/VERSION")-$(sha256sum "$HERE/SHA256SUMS" | cut -c1-12)"
}
current() { if [[ -L $OPT/current ]]; then basename "$(readlink "$OPT/current")"; fi; }
previous() { if [[ -L $OPT/previous ]]; then basename "$(readlink "$OPT/previous")"; fi; }

# A command of release $1, as the daemon would see it: its account, its settings, its secrets.
monitor_of() {
  local release=$OPT/releases/$1
  shift
  (cd "$STATE" && MONITOR_RELEASE=$release "$release/share/monitor/deploy/monitor-cli" "$@" < /dev/null)
}

# A setting of release $1: value at the path of keys $2… in the JSON of `config show`.
setting_of() {
  local release=$1
  shift
  monitor_of "$release" config show --json | "$OPT/releases/$release/bin/python" -c '
import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1:]:
    value = value[key]
print(value)' "$@"
}

# Whether release $1 has anything to lose: a SQLite file that is there, or a database server.
has_record() {
  local url
  url=$(setting_of "$1" database url)
  [[ $url != sqlite:///* ]] || (cd "$STATE" && [[ -s ${url#sqlite:///} ]])
}

require() {
  [[ $EUID -eq 0 ]] || refuse "jalankan sebagai root"
  [[ -d /run/systemd/system ]] || refuse "systemd tidak berjalan di mesin ini"
}

require_wheelhouse() {
  local file
  for file in VERSION PYTHON SHA256SUMS requirements.txt units/monitor.service; do
    [[ -f $HERE/$file ]] || refuse "$HERE/$file tidak ada; jalankan dari folder hasil 'make wheelhouse'"
  done
  (cd "$HERE" && sha256sum --check --quiet --strict SHA256SUMS >&2) ||
    refuse "isi $HERE berbeda dari SHA256SUMS; salin ulang, dan jangan dipasang bila tetap berbeda"
  require_python
}

require_python() {
  local wanted found
  wanted=$(cat "$HERE/PYTHON")
  found=$("$PYTHON" -c 'import platform, sys; print("%d.%d" % sys.version_info[:2], platform.machine())') ||
    refuse "$PYTHON tidak ada; apt-get install python3 python3-venv, atau --python PROGRAM"
  [[ $found == "$wanted" ]] || refuse "paket ini untuk Python $wanted, $PYTHON di sini $found; pilih dengan --python"
  "$PYTHON" -c 'import ensurepip, venv' 2> /dev/null ||
    refuse "modul venv tidak ada; apt-get install python3-venv"
}

# --- The parts of an installation ------------------------------------------------------------------------------------

make_account() {
  if ! getent passwd monitor > /dev/null; then
    useradd --system --user-group --home-dir "$STATE" --no-create-home --shell /usr/sbin/nologin monitor
    say "akun layanan monitor dibuat"
  fi
  install -d -m 0755 "$OPT" "$OPT/releases"
  install -d -m 0750 -o root -g monitor "$ETC"
  install -d -m 0700 -o root -g root "$ETC/credentials"
  install -d -m 0700 -o monitor -g monitor "$STATE" "$BACKUPS"
}

# The release $1, complete or not at all: what an earlier attempt left is removed.
make_release() {
  local release=$OPT/releases/$1
  [[ ! -f $release/.complete ]] || return 0
  rm -rf "$release"
  require_room
  say "memasang rilis $1"
  if ! build_release "$release"; then
    rm -rf "$release"
    complain "rilis $1 tidak dapat dipasang; tidak ada yang berubah"
    exit 1
  fi
  touch "$release/.complete"
}

# Wheels unpacked and compiled take some four times their size; pip itself comes on top.
require_room() {
  local needed free
  needed=$(($(du -sm "$HERE/wheels" | cut -f1) * 4 + 32))
  free=$(df -m --output=avail "$OPT" | tail -1)
  ((free >= needed)) || refuse "ruang di $OPT kurang: perlu $needed MiB, tersisa $((free)) MiB; kosongkan dahulu; tidak ada rilis yang berubah"
}

build_release() {
  local release=$1 deploy=$1/share/monitor/deploy
  "$PYTHON" -m venv "$release" || return 1
  "$release/bin/python" -m pip --quiet --disable-pip-version-check --no-cache-dir install --no-index --isolated \
    --find-links "$HERE/wheels" --require-hashes --requirement "$HERE/requirements.txt" || return 1
  install -d "$deploy" && install -m 0644 "$HERE"/units/* "$deploy" && install -m 0755 "$HERE/monitor-cli" "$deploy" &&
    "$release/bin/monitor" --version > /dev/null
}

make_settings() {
  if [[ ! -f $ETC/monitor.toml ]]; then
    install -m 0640 -o root -g monitor "$HERE/monitor.toml" "$ETC/monitor.toml"
    say "setelan awal: $ETC/monitor.toml"
  fi
  if [[ ! -d $ETC/inventory ]]; then
    install -d -m 0750 -o root -g monitor "$ETC/inventory"
    install -m 0640 -o root -g monitor "$OPT/releases/$1"/share/monitor/inventory/*.csv "$ETC/inventory"
    say "inventaris awal: $ETC/inventory"
  fi
}

# Settings and inventory by the rules of release $1, before anything is stopped.
require_settings() {
  monitor_of "$1" config check || {
    complain "setelan atau inventaris ditolak rilis $1; tidak ada yang berubah"
    exit 1
  }
}

activate() {
  local id=$1 deploy=$OPT/releases/$1/share/monitor/deploy
  ln -sfn "releases/$id" "$OPT/.current" && mv -T "$OPT/.current" "$OPT/current" &&
    install -m 0644 "$deploy"/*.service "$deploy"/*.timer "$UNITS" &&
    install -m 0755 "$deploy/monitor-cli" "$CLI" &&
    systemctl daemon-reload
}

# Start, and see that it goes on: notified, the first visits recorded, and never restarted meanwhile.
start_and_see() {
  systemctl reset-failed monitor.service 2> /dev/null || true
  systemctl enable --quiet monitor.service monitor-backup.timer || return 1
  systemctl start monitor-backup.timer || return 1
  if ! systemctl start monitor.service; then
    explain
    return 1
  fi
  local listen deadline=$((SECONDS + READY_WITHIN))
  listen=$(setting_of "$(current)" web listen) || return 1
  until is_ready "$listen"; do
    if ! systemctl is-active --quiet monitor.service || ((SECONDS > deadline)); then
      explain
      return 1
    fi
    sleep 1
  done
  [[ $(systemctl show --property NRestarts --value monitor.service) == 0 ]] || {
    explain
    return 1
  }
}

is_ready() {
  "$OPT/current/bin/python" -c '
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
opener.open(f"http://{sys.argv[1]}/readyz", timeout=5)' "$1" 2> /dev/null
}

explain() {
  complain "daemon tidak sehat: $(systemctl show --property StatusText --value monitor.service)"
  journalctl --unit monitor.service --lines 15 --no-pager --output cat >&2 || true
}

prune() {
  local id
  find "$OPT/releases" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n' | sort -rn | cut -d' ' -f2 |
    tail -n "+$((KEPT_RELEASES + 1))" | while read -r id; do
    if [[ $id != "$(current)" && $id != "$(previous)" ]]; then rm -rf "${OPT:?}/releases/$id"; fi
  done
  find "$BACKUPS" -maxdepth 1 -type f -name 'sebelum-*' -printf '%T@ %p\n' | sort -rn | cut -d' ' -f2- |
    tail -n "+$((KEPT_BACKUPS + 1))" | while read -r id; do rm -f "$id"; done
}

# --- From one release to another -------------------------------------------------------------------------------------

switch_to() {
  local id=$1 began=$SECONDS
  OLD=$(current)
  note_whether_it_runs
  require_settings "$id"
  trap 'complain "terputus"; go_back; exit 1' INT TERM HUP
  say "menghentikan $OLD"
  systemctl stop monitor.service
  if has_record "$OLD"; then
    BACKUP=$BACKUPS/sebelum-$id-$(date -u +%Y%m%dT%H%M%SZ).db
    say "mencadangkan catatan ke $BACKUP"
    if ! monitor_of "$OLD" db backup "$BACKUP"; then
      complain "cadangan gagal; versi $OLD dijalankan lagi"
      BACKUP=''
      go_back
      exit 1
    fi
  fi
  if ! forward "$id"; then
    complain "$id gagal; kembali ke $OLD"
    go_back
    complain "yang berjalan tetap $OLD"
    exit 1
  fi
  trap - INT TERM HUP
  ln -sfn "releases/$OLD" "$OPT/.previous" && mv -T "$OPT/.previous" "$OPT/previous"
  if [[ -n $BACKUP ]]; then ln -sfn "$BACKUP" "$BACKUPS/terakhir"; else rm -f "$BACKUPS/terakhir"; fi
  prune
  say "diperbarui dari $OLD ke $id dalam $((SECONDS - began)) detik"
}

note_whether_it_runs() {
  RAN=ya
  systemctl is-active --quiet monitor.service || RAN=tidak
}

forward() {
  activate "$1" || return 1
  if [[ -n $BACKUP ]]; then
    say "menaikkan skema"
    monitor_of "$1" db upgrade || return 1
  fi
  say "menjalankan $1"
  start_and_see
}

# Run OLD again; the record comes back from BACKUP only when OLD can no longer read it.
go_back() {
  trap '' INT TERM HUP
  systemctl stop monitor.service || true
  activate "$OLD" || lost
  if [[ -n $BACKUP ]] && ! monitor_of "$OLD" db upgrade > /dev/null 2>&1; then
    say "skema sudah berubah; catatan dikembalikan seperti sebelum pembaruan, dari $BACKUP"
    monitor_of "$OLD" db restore "$BACKUP" --force || lost
  fi
  start_and_see || {
    [[ $RAN == tidak ]] || lost
    complain "$OLD tidak berjalan, seperti sebelum perintah ini"
    exit 1
  }
}

lost() {
  complain "keadaan semula tidak dapat dikembalikan; cadangan catatan: ${BACKUP:-tidak ada}"
  complain "lihat: systemctl status monitor; journalctl -u monitor"
  exit 3
}

# --- Commands --------------------------------------------------------------------------------------------------------

do_install() {
  require_wheelhouse
  local id was
  id=$(release_id)
  was=$(current)
  make_account
  make_release "$id"
  make_settings "$id"
  if [[ -n $was && $was != "$id" ]]; then
    switch_to "$id"
  else
    require_settings "$id"
    if [[ -z $was ]]; then keep_found_record "$id"; fi
    activate "$id"
    start_and_see || {
      complain "terpasang, tetapi tidak berjalan; perbaiki sebabnya lalu ulangi perintah ini"
      exit 1
    }
    say "monitor $id terpasang dan berjalan"
  fi
  systemctl --no-pager --lines=0 status monitor.service | sed -n 's/^ *Status: /• /p'
}

# What an installation that was removed has left: release $1 may change its schema, and there is none to go back to.
keep_found_record() {
  if ! has_record "$1"; then return; fi
  local copy
  copy=$BACKUPS/sebelum-$1-$(date -u +%Y%m%dT%H%M%SZ).db
  say "catatan yang sudah ada dicadangkan ke $copy"
  if monitor_of "$1" db backup "$copy"; then return; fi
  # Whether a PostgreSQL holds anything is not known without its tools; a file that is there is a record.
  if [[ $(setting_of "$1" database url) == sqlite:///* ]]; then
    complain "catatan yang ada tidak dapat dicadangkan; belum ada yang dijalankan"
    exit 1
  fi
  complain "catatan di PostgreSQL tidak dicadangkan; bila sudah berisi, cadangkan sendiri dengan pg_dump"
}

do_upgrade() {
  [[ -n $(current) ]] || refuse "belum terpasang; pakai: install.sh install"
  do_install
}

do_rollback() {
  local to
  to=$(previous)
  [[ -n $to && -f $OPT/releases/$to/.complete ]] || refuse "tidak ada versi sebelumnya"
  require_settings "$to"
  OLD=$(current)
  note_whether_it_runs
  trap 'complain "terputus"; go_back; exit 1' INT TERM HUP
  say "menghentikan $OLD"
  systemctl stop monitor.service
  activate "$to" || stay "$to tidak dapat diaktifkan"
  if ! monitor_of "$to" db upgrade > /dev/null 2>&1; then take_record_back "$to"; fi
  if ! start_and_see; then
    [[ -z $BACKUP ]] || lost
    stay "$to gagal"
  fi
  trap - INT TERM HUP
  rm -f "$OPT/previous"
  say "kembali ke $to"
}

# The record as it was before the upgrade, for release $1; what was recorded since is kept in a copy, or nothing is done.
take_record_back() {
  local to=$1 before kept
  [[ $CONFIRMED == ya ]] ||
    stay "skema sudah berubah: catatan sejak pembaruan akan hilang; tambahkan --ya bila itu diterima"
  before=$(readlink -e "$BACKUPS/terakhir") || stay "skema sudah berubah, dan cadangan sebelum pembaruan tidak ada"
  kept=$BACKUPS/sebelum-kembali-$(date -u +%Y%m%dT%H%M%SZ).db
  monitor_of "$OLD" db backup "$kept" || stay "catatan sejak pembaruan tidak dapat disimpan; tidak ada yang dikembalikan"
  say "catatan sejak pembaruan disimpan di $kept"
  trap '' INT TERM HUP
  BACKUP=$kept
  monitor_of "$to" db restore "$before" --force || lost
}

# Why there is no going back: what ran goes on, on the record as it is.
stay() {
  complain "$*"
  go_back
  complain "yang berjalan tetap $OLD"
  exit 1
}

do_uninstall() {
  local unit
  for unit in monitor.service monitor-backup.timer monitor-backup.service; do
    systemctl disable --quiet --now "$unit" 2> /dev/null || true
    rm -f "$UNITS/$unit"
  done
  rm -rf "$OPT" "$CLI"
  systemctl daemon-reload
  systemctl reset-failed 'monitor*' 2> /dev/null || true
  say "programnya dihapus. Tetap ada: $ETC, $STATE, $BACKUPS, akun monitor; hapus sendiri bila tidak diperlukan lagi"
}

do_status() {
  [[ -n $(current) ]] || {
    say "belum terpasang"
    exit 1
  }
  say "rilis $(current), sebelumnya $(previous)"
  systemctl is-active monitor.service
}

main() {
  local command=''
  while [[ $# -gt 0 ]]; do
    case $1 in
      install | upgrade | rollback | uninstall | status)
        [[ -z $command ]] || refuse "satu perintah saja: $command atau $1"
        command=$1
        ;;
      --python)
        [[ $# -ge 2 ]] || refuse "--python membutuhkan nama program"
        PYTHON=$2
        shift
        ;;
      --ya) CONFIRMED=ya ;;
      -h | --help)
        usage
        exit 0
        ;;
      *) refuse "'$1' tidak dikenal; lihat install.sh --help" ;;
    esac
    shift
  done
  if [[ -z $command ]]; then
    usage >&2
    exit 2
  fi
  require
  exec 9> "$LOCK"
  flock --nonblock 9 || refuse "pemasangan lain sedang berjalan"
  "do_$command"
}

main "$@"
