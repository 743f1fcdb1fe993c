# For bin/package: an image as OCI layout (image-spec 1.1), made without a container engine. Three layers: what of the build machine's Debian the runtime
# needs, the tree of the packages with what makes a cache of classes, and the folders that the service owns. No shell in it: the entry point is the runtime itself.

readonly oci_user=10001
# On a volume, where somebody has made one.
readonly oci_cache_file=/var/cache/postseal/postseal.aot

# Packages whose files go into the lowest layer. Their entries in var/lib/dpkg/status.d tell scanners what is there.
oci_packages() { printf '%s\n' base-files netbase; shared_libraries | tr ',' '\n' | sed 's/ *(.*//; s/^ *//'; }

oci_base() {
    local base=$1 package file
    # proc, sys, dev and run are mounted by whoever runs it
    mkdir -p "$base"/{dev,etc,proc,run,sys,tmp,usr/bin,usr/lib,usr/lib64,var/lib/dpkg/status.d}
    ln -s usr/bin "$base/bin"
    ln -s usr/lib "$base/lib"
    ln -s usr/lib64 "$base/lib64"
    for package in $(oci_packages); do
        dpkg-query -W -f '${binary:Package}\n' "$package" > /dev/null
        dpkg -L "$package" | while read -r file; do
            case $file in
                */share/doc/*/copyright | */lib/* | */lib64/* | /etc/services | /etc/protocols | /etc/os-release | /etc/debian_version) ;;
                *) continue ;;
            esac
            case $file in */gconv/* | */lintian/* | */lib/systemd/*) continue ;; esac
            if [ -L "$file" ] || [ -f "$file" ]; then
                file=$(readlink -f -- "${file%/*}")/${file##*/}
                mkdir -p "$base${file%/*}"
                cp -P "$file" "$base$file"
            fi
        done
        dpkg-query -s "$package" | grep -v '^Status:' > "$base/var/lib/dpkg/status.d/$package"
    done
    printf 'root:x:0:0:root:/:/sbin/nologin\npostseal:x:%s:%s:Postseal:/var/lib/postseal:/sbin/nologin\n' $oci_user $oci_user > "$base/etc/passwd"
    printf 'root:x:0:\npostseal:x:%s:\n' $oci_user > "$base/etc/group"
    printf 'passwd: files\ngroup: files\nhosts: files dns\n' > "$base/etc/nsswitch.conf"
    find "$base" -type d -exec chmod 755 {} +
    chmod 1777 "$base/tmp"
}

# oci_cache PATH: what `java @FILE` reads to make the cache of classes in a container, which has no shell for make-cache. The JVM that uses it has to make it, on a machine like its own.
oci_cache() {
    sed '/^#/d; /^$/d' "$home/jvm/common.options" "$home/jvm/command.options"
    printf '%s\n' "-XX:AOTCacheOutput=$oci_cache_file" -Xlog:disable -cp "$1" org.postseal.gateway.admin.cli.Training /tmp/training
}

# blob FILE: moves it to its place and prints its digest
blob() {
    local digest
    digest=$(sha256sum "$1" | cut -d ' ' -f 1)
    mv "$1" "$layout/blobs/sha256/$digest"
    printf '%s' "$digest"
}

blob_size() { stat -c %s "$layout/blobs/sha256/$1"; }

json_list() { local each out=; for each in "$@"; do out=$out${out:+, }\"$each\"; done; printf '%s' "$out"; }

make_oci() {
    local layout=$packages/$name-oci created layer file diffs=() layers='' history='' digest config manifest options=() path
    local options_file=usr/lib/postseal/jvm/cache.options
    say 'oci'
    created=$(date -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)
    mkdir -p "$layout/blobs/sha256" "$work/oci/base" "$work"/oci/state/var/{lib,log}/postseal "$work/oci/state/var/lib/postseal/store/trust"
    oci_base "$work/oci/base"
    path=$(sed 's|[^:]*|/usr/lib/postseal/lib/&|g' "$home/jvm/classpath")
    mkdir -p "$work/oci/more/${options_file%/*}"
    oci_cache "$path" > "$work/oci/more/$options_file"
    chmod -R go-rwx "$work/oci/state/var/lib/postseal" "$work/oci/state/var/log/postseal"
    for layer in base program state; do
        file=$work/oci/$layer.tar
        case $layer in
            base) archive "$work/oci/base" . > "$file" ;;
            program) archive "$tree" . -C "$work/oci/more" "$options_file" > "$file" ;;
            state) owner=$oci_user archive "$work/oci/state" var/lib/postseal var/log/postseal > "$file" ;;
        esac
        diffs+=("sha256:$(sha256sum "$file" | cut -d ' ' -f 1)")
        gzip -n"$level" "$file"
        digest=$(blob "$file.gz")
        layers=$layers${layers:+, }"{ \"mediaType\": \"application/vnd.oci.image.layer.v1.tar+gzip\", \"digest\": \"sha256:$digest\", \"size\": $(blob_size "$digest") }"
        history=$history${history:+, }"{ \"created\": \"$created\", \"created_by\": \"bin/package oci, $layer\" }"
    done
    mapfile -t options < <(sed '/^#/d; /^$/d' "$home/jvm/common.options" "$home/jvm/serve.options")
    cat > "$work/oci/config" << JSON
{ "created": "$created", "architecture": "$architecture", "os": "linux",
  "config": {
    "User": "$oci_user:$oci_user", "WorkingDir": "/var/lib/postseal",
    "Env": [ "PATH=/usr/bin", "LANG=C.UTF-8" ],
    "Entrypoint": [ "/usr/lib/postseal/runtime/bin/java", $(json_list "${options[@]}" "-XX:AOTCache=$oci_cache_file" -Xlog:disable '-Xlog:all=warning,aot*=off,cds*=off:stderr'), "-cp", "$path", "org.postseal.gateway.admin.Main" ],
    "Cmd": [ "run", "-c", "/etc/postseal/postseal.yaml" ],
    "StopSignal": "SIGTERM",
    "Volumes": { "/var/lib/postseal": {}, "/var/log/postseal": {} },
    "Labels": { "org.opencontainers.image.title": "Postseal", "org.opencontainers.image.version": "$version", "org.opencontainers.image.licenses": "Apache-2.0" } },
  "rootfs": { "type": "layers", "diff_ids": [ $(json_list "${diffs[@]}") ] },
  "history": [ $history ] }
JSON
    config=$(blob "$work/oci/config")
    cat > "$work/oci/manifest" << JSON
{ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "config": { "mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:$config", "size": $(blob_size "$config") },
  "layers": [ $layers ],
  "annotations": { "org.opencontainers.image.created": "$created", "org.opencontainers.image.version": "$version" } }
JSON
    manifest=$(blob "$work/oci/manifest")
    printf '{ "imageLayoutVersion": "1.0.0" }\n' > "$layout/oci-layout"
    cat > "$layout/index.json" << JSON
{ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
  "manifests": [ { "mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:$manifest", "size": $(blob_size "$manifest"),
    "platform": { "architecture": "$architecture", "os": "linux" },
    "annotations": { "org.opencontainers.image.ref.name": "$version", "io.containerd.image.name": "localhost/postseal:$version" } } ] }
JSON
    archive "$layout" oci-layout index.json blobs > "$packages/$name-oci.tar"
    rm -rf "$layout"
}
