# apt.bash - for other scripts to source: apt, told to look at a folder of our own instead of the machine's, so that packages
# of any suite and architecture can be had without root, their signatures checked as always.
#
# Needs $suite and $arch, and to download with all that packages need, a folder $work. $TABLEWALK_LAB holds apt's lists. $TABLEWALK_LAB_MIRROR: another mirror than the machine's own, or
# deb.debian.org.
unavailable=69
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { echo "lab: $*" >&2; }
cannot() { say "$*"; exit "$unavailable"; }

mirror() { # debian | debian-security: the machine's own, where it has one
  local own
  if [ -n "${TABLEWALK_LAB_MIRROR:-}" ]; then echo "${TABLEWALK_LAB_MIRROR%/}/$1"; return; fi
  own=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2> /dev/null | grep -m1 "/$1/\?\$" || true)
  own=${own:-http://deb.debian.org/$1}
  echo "${own%/}"
}

sources() {
  local from="deb [arch=$arch signed-by=$keyring]" base=${suite%-backports}
  echo "$from $(mirror debian) $base main"
  case $suite in
    sid | unstable | experimental) ;;
    *)
      echo "$from $(mirror debian-security) $base-security main"
      [ "$suite" = "$base" ] || echo "$from $(mirror debian) $suite main"
      ;;
  esac
}

# One apt at a time per suite and architecture, and an index no older than a day.
prepare_apt() {
  apt_dir=$TABLEWALK_LAB/apt/$suite-$arch
  updated=
  mkdir -p "$apt_dir"/{none,lists/partial,cache/archives/partial}
  exec {apt_lock}> "$apt_dir/lock"
  flock "$apt_lock"
  : > "$apt_dir/status"
  sources > "$apt_dir/sources.list"
  apt_options=(
    -o Dir::Etc::sourcelist="$apt_dir/sources.list" -o Dir::Etc::sourceparts="$apt_dir/none"
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts="$apt_dir/none"
    -o Dir::State::lists="$apt_dir/lists" -o Dir::State::status="$apt_dir/status" -o Dir::Cache="$apt_dir/cache"
    -o APT::Architecture="$arch" -o APT::Architectures="$arch"
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3)
  # Backports yield to the suite they are for unless they are asked for.
  case $suite in *-backports) apt_options+=(-o APT::Default-Release="$suite") ;; esac
  [ -n "$(find "$apt_dir/updated" -mmin -1440 2> /dev/null)" ] || update
}

update() {
  say "reading the package lists of $suite for $arch"
  apt-get "${apt_options[@]}" -qq -o APT::Update::Error-Mode=any update >&2 \
    || cannot "the package lists of Debian $suite cannot be had (no network, or the suite has gone)"
  touch "$apt_dir/updated"
  updated=1
}

# An archive keeps the newest version alone: lists of this morning may name a package that is gone.
try_with_new_lists() { # WHAT COMMAND [ARGUMENT]...
  local what=$1
  shift
  "$@" && return
  [ -z "$updated" ] || cannot "Debian's package for $what of $suite cannot be had"
  update
  "$@" || cannot "Debian's package for $what of $suite cannot be had"
}

# The kernel that a metapackage stands for, of the version that it asks for: NAME=VERSION. Any other package is its own.
kernel_of() { # PACKAGE[=VERSION]
  local name relation version
  if read -r name relation version < <(depends "$1" | grep -m1 '^linux-image-[0-9]'); then
    version=${version:+$(fitting "$name" "$relation" "$version")}
    echo "$name${version:+=$version}"
  else
    echo "$1"
  fi
}

# What a package depends on, a line each: NAME, or NAME RELATION VERSION. Of what may stand for another, the first.
depends() { # PACKAGE[=VERSION]
  apt-cache "${apt_options[@]}" show --no-all-versions "$1" 2> /dev/null | sed -n 's/^\(Pre-\)\?Depends: //p' | tr ',' '\n' \
    | sed 's/|.*//; s/:any//; s/[()]//g; s/^ *//; s/ *$//'
}

# The versions of a package that the lists have, a line each, the newest first.
offered() { apt-cache "${apt_options[@]}" madison "$1" 2> /dev/null | awk '!seen[$3]++ { print $3 }'; }

# The newest version of a package that another asks for; none where there is none.
fitting() { # NAME [RELATION VERSION]
  local version
  for version in $(offered "$1"); do
    if [ -z "${2:-}" ] || dpkg --compare-versions "$version" "$2" "$3"; then echo "$version" && return; fi
  done
}

# Packages and all that they depend on, into apt's folder; false where they cannot be had.
download() { # PACKAGE...
  apt-get "${apt_options[@]}" -qq clean
  apt-get "${apt_options[@]}" -qq -y --no-install-recommends --download-only install "$@" > "$work/log" 2>&1 \
    || { cat "$work/log" >&2; return 1; }
}

# Names and versions of those, a line each.
versions() { # PACKAGE...
  local package
  for package; do
    dpkg-deb -f "$(find "$apt_dir/cache/archives" -name "${package}_*.deb" -print -quit)" Package Version \
      | sed 's/^.*: //' | paste -sd' '
  done
}
