package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests how an authority is made. */
@Tag("thorough")
final class CaInitCommandTest {
    private final Path folder;

    CaInitCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aSecondInitChangesNothing() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        String before = everything(office);

        Done done = office.init();

        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err().getFirst()).isEqualTo("error: " + office.file("").toString() + " is there already");
        assertThat(everything(office)).isEqualTo(before);
        assertThat(office.actions()).containsExactly("key-init");
    }

    @Test
    void initRefusesShortPassphrasesAndHostileNames() throws IOException {
        CaOffice office = CaOffice.in(folder);
        String brief = office.admin.write("brief", "secret\n");

        Done done = office.admin.run(
                "ca init --key p256 --organization Ours --country DE --url " + CaOffice.URL,
                "--root-passphrase-file",
                brief,
                "--passphrase-file",
                brief);
        assertThat(done.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(done.err()).containsExactly("error: the passphrase of the root has less than 12 characters");
        for (String wrong : List.of("https://pki.ours.example/", "http://pki.ours.example", "http://x/?a/")) {
            assertThat(office.admin
                            .run("ca init --organization Ours --country DE --url", wrong)
                            .exitCode())
                    .isEqualTo(ExitCode.USAGE);
        }
        assertThat(office.admin
                        .run("ca init --country DE --url " + CaOffice.URL + " --organization", "Ours\nO=Theirs")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(office.file("")).doesNotExist();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(each -> each.getFileName().toString())).noneMatch(name -> name.contains("ca"));
        }
    }

    @Test
    void aWebServerComesToWhatIsPublicAndNobodyElsewhere() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        assertThat(permissions(office.file(""))).isEqualTo("rwx--x--x");
        assertThat(permissions(office.file("public"))).isEqualTo("rwxr-xr-x");
        assertThat(permissions(office.file("public/issuing.crl"))).isEqualTo("rw-r--r--");
        assertThat(permissions(office.file("issued"))).isEqualTo("rwx------");
        for (String secret : List.of("issuing.key", "root.key", "index")) {
            assertThat(permissions(office.file(secret))).isEqualTo("rw-------");
        }
    }

    @Test
    void initLeavesNothingWhenItCannotBeRecorded() throws Exception {
        CaOffice office = CaOffice.in(folder);
        office.sql("CREATE TRIGGER full BEFORE INSERT ON change_log BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        assertThat(office.init().exitCode()).isNotZero();
        assertThat(office.file("")).doesNotExist();
        office.sql("DROP TRIGGER full");
        assertThat(office.init().err()).isEmpty();
        assertThat(office.actions()).containsExactly("key-init", "ca-init");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /** Returns every file of the authority with its content. */
    private static String everything(CaOffice office) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(office.file(""))) {
            for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
                all.append(each).append(java.util.Arrays.hashCode(Files.readAllBytes(each)));
            }
        }
        return all.toString();
    }
}
