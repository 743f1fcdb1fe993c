package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.Requirements;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Looks at what {@code bin/package} makes from outside. */
final class PackagesIT {
    @TempDir
    private Path folder;

    @BeforeAll
    static void make() {
        Packages.made();
    }

    /** Packs what Maven has packed again in another folder, with another umask, language and time zone. */
    @Test
    void packedTwiceItIsTheSameOctetForOctet() throws IOException {
        Path copy = folder.resolve("elsewhere/with a blank");
        Files.createDirectories(copy.resolve("gateway/admin/target"));
        for (String name : List.of("bin", "packaging", "systemd", "etc", "docs", "pom.xml")) {
            Command.of("cp", "-R", Project.ROOT.resolve(name), copy).output();
        }
        for (String name : List.of("README.md", "SECURITY.md", "CHANGELOG.md")) {
            Files.copy(Project.ROOT.resolve(name), copy.resolve(name));
        }
        Path target = Project.ROOT.resolve("gateway/admin/target");
        for (Path from : List.of(
                target.resolve("lib"),
                target.resolve("bom.json"),
                target.resolve("bom.xml"),
                Packages.program(target))) {
            Command.of("cp", "-R", from, copy.resolve("gateway/admin/target")).output();
        }
        String first = Files.readString(Packages.made().resolve("SHA256SUMS"));

        Packages.make(copy, "077", "TZ=Asia/Kathmandu", "LC_ALL=C.UTF-8", "HOME=" + folder);

        assertThat(Files.readString(copy.resolve(Packages.FOLDER).resolve("SHA256SUMS")))
                .isEqualTo(first);
        assertThat(first.lines()).hasSize(4);
    }

    @Test
    void whoDistributesItIsNamedInIt() {
        assertThat(new String(
                        Command.of("dpkg-deb", "-f", Packages.deb(Packages.made()), "Maintainer", "Homepage")
                                .output(),
                        UTF_8))
                .isEqualTo("Maintainer: " + Packages.MAINTAINER + "\nHomepage: " + Packages.HOMEPAGE + "\n");
        for (String wrong : List.of(
                "POSTSEAL_MAINTAINER=nobody@example.org",
                "POSTSEAL_MAINTAINER=A <a@example.org>\nDepends: sl",
                "POSTSEAL_HOMEPAGE=www.example.org")) {
            Command.Result refused = Command.of(
                            "env",
                            "POSTSEAL_PACKAGES=" + folder.resolve("none"),
                            wrong,
                            Project.ROOT.resolve("bin/package"))
                    .run();
            assertThat(refused.exitStatus()).as(refused.toString()).isEqualTo(64);
            assertThat(refused.messages()).startsWith("error: " + wrong.substring(0, wrong.indexOf('=')) + " is no");
            assertThat(folder.resolve("none")).doesNotExist();
        }
    }

    /** Every tag of lintian is overridden with a reason. */
    @Test
    void lintianHasNothingToSay() {
        Requirements.programs("lintian");
        Command.Result result = Command.of(
                        "lintian",
                        "--allow-root",
                        "--display-level",
                        ">=info",
                        "--fail-on",
                        "error,warning,info",
                        Packages.deb(Packages.made()))
                .limit(300)
                .run();

        assertThat(new String(result.output(), UTF_8)).isEmpty();
        assertThat(result.isSuccess()).as(result.toString()).isTrue();
    }

    @Test
    void everyPageOfTheManualIsWellFormedAndTheShellCompletes() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Command.of("dpkg-deb", "-x", Packages.deb(Packages.made()), tree).output();
        try (var pages = Files.list(tree.resolve("usr/share/man/man1"))) {
            List<Path> all = pages.toList();
            assertThat(all).hasSizeGreaterThan(40);
            for (Path page : all) {
                Command.Result shown = Command.of("sh", "-c", "zcat \"$0\" | groff -man -Tutf8 -ww", page)
                        .run();
                assertThat(shown.messages()).as(page.toString()).isEmpty();
            }
        }
        Command.Result completed = Command.of(
                        "bash",
                        "-c",
                        "source \"$0\"; COMP_WORDS=(postseal policy imp);"
                                + " COMP_CWORD=2; _complete_postseal; echo \"${COMPREPLY[@]}\"",
                        tree.resolve("usr/share/bash-completion/completions/postseal"))
                .run();
        assertThat(new String(completed.output(), UTF_8))
                .as(completed.toString())
                .isEqualTo("import-exchange\n");
    }

    /** The AOT cache would have no classes of a signed library. */
    @Test
    void noLibraryIsSigned() throws IOException {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        Command.of("dpkg-deb", "-x", Packages.deb(Packages.made()), tree).output();
        List<Path> jars;
        try (Stream<Path> files = Files.list(tree.resolve("usr/lib/postseal/lib"))) {
            jars = files.toList();
        }

        assertThat(jars).anyMatch(jar -> jar.getFileName().toString().startsWith("bcprov"));
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                assertThat(zip.stream().map(ZipEntry::getName))
                        .as(jar.toString())
                        .noneMatch(name -> name.endsWith(".SF"));
            }
        }
    }

    /**
     * Unpacks the image as a container engine does, compares each blob with its name, and runs it without anything
     * else.
     */
    @Test
    void theImageIsWhole() throws IOException {
        Requirements.namespaces();
        Path layout = Files.createDirectory(folder.resolve("layout"));
        Path root = Files.createDirectory(folder.resolve("root"));
        Command.of("tar", "-xf", Packages.only(Packages.made(), "-oci.tar"), "-C", layout)
                .output();
        assertThat(Files.readString(layout.resolve("oci-layout"))).isEqualTo("{ \"imageLayoutVersion\": \"1.0.0\" }\n");
        Map<?, ?> index = json(Files.readString(layout.resolve("index.json")));
        Map<?, ?> manifest = json(Files.readString(
                blob(layout, (Map<?, ?>) list(index, "manifests").getFirst())));
        Map<?, ?> config = json(Files.readString(blob(layout, map(manifest, "config"))));
        List<?> layers = list(manifest, "layers");
        List<?> contents = list(map(config, "rootfs"), "diff_ids");
        assertThat(layers).hasSize(3).hasSameSizeAs(contents);
        for (int i = 0; i < layers.size(); i++) {
            Path layer = blob(layout, (Map<?, ?>) layers.get(i));
            Path content = folder.resolve("layer.tar");
            Command.of("sh", "-c", "zcat \"$0\" > \"$1\"", layer, content).output();
            assertThat("sha256:" + sha256(content)).isEqualTo(contents.get(i));
            Command.of("tar", "-xpf", content, "--numeric-owner", "-C", root).output();
        }

        Map<?, ?> settings = map(config, "config");
        // The program finds its libraries by /proc, which every engine mounts.
        List<Object> words = new ArrayList<>(List.of("unshare", "-m", "--propagation", "private", "--", "bash", "-c"));
        words.add("mount -t proc proc \"$0/proc\" && exec chroot \"--userspec=$1\" \"$0\" \"${@:2}\"");
        words.addAll(List.of(root, String.valueOf(settings.get("User"))));
        words.addAll(list(settings, "Entrypoint"));
        words.add("check");
        Command.Result checked = Command.of(words).run();
        assertThat(checked.isSuccess()).as(checked.toString()).isTrue();
        assertThat(new String(checked.output(), UTF_8)).startsWith("ok: /etc/postseal/postseal.yaml");
    }

    private static Path blob(Path layout, Map<?, ?> descriptor) {
        String digest = String.valueOf(descriptor.get("digest")).replaceFirst("^sha256:", "");
        Path blob = layout.resolve("blobs/sha256").resolve(digest);
        assertThat(sha256(blob)).isEqualTo(digest);
        assertThat(blob).hasSize(Long.parseLong(String.valueOf(descriptor.get("size"))));
        return blob;
    }

    private static String sha256(Path file) {
        return new String(Command.of("sha256sum", file).output(), UTF_8).split(" ", 2)[0];
    }

    private static List<?> list(Map<?, ?> map, String key) {
        return (List<?>) Objects.requireNonNull(map.get(key));
    }

    private static Map<?, ?> map(Map<?, ?> map, String key) {
        return (Map<?, ?>) Objects.requireNonNull(map.get(key));
    }

    /** JSON is YAML, so the YAML parser reads it. */
    private static Map<?, ?> json(String text) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }
}
