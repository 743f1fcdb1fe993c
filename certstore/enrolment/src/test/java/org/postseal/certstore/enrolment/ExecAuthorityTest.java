package org.postseal.certstore.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.Samples;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Answer;
import org.postseal.certstore.enrolment.EnrolmentAuthority.Request;

/** Programs of an administrator that answer well, badly, too much, or not at all. */
class ExecAuthorityTest {
    private static final Request REQUEST = new Request(
            MailAddress.of("alice@ours.example"),
            Set.of(CertificatePurpose.SIGN),
            new PublicKeyId("ab".repeat(32)),
            "the request\n",
            () -> {
                throw new IllegalStateException("no other proof is asked for");
            });

    @TempDir
    private Path folder;

    @Test
    void theProgramGetsTheRequestAndItsOwnEnvironmentAlone() throws IOException {
        Path seen = folder.resolve("seen");
        assertThat(ask("cat > " + seen + "; env | grep -v '^PWD=\\|^_=\\|^SHLVL=\\|^OLDPWD=' | sort >> " + seen
                        + "; exit 75"))
                .isInstanceOf(Answer.Later.class);
        assertThat(Files.readAllLines(seen))
                .containsExactly(
                        "the request",
                        "LANG=C.UTF-8",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "POSTSEAL_ADDRESS=alice@ours.example",
                        "POSTSEAL_ORDER=" + "ab".repeat(32),
                        "POSTSEAL_PROFILE=sign");
    }

    @Test
    void certificatesAreReadWhateverStandsBetween() throws IOException {
        String pem = Samples.AUTHORITY.issuer().toPem() + "subject=CN = Root\n"
                + Samples.AUTHORITY.root().toPem();
        Files.writeString(folder.resolve("chain.pem"), pem);
        assertThat(ask("cat " + folder.resolve("chain.pem")))
                .isEqualTo(new Answer.Issued(List.of(Samples.AUTHORITY.issuer(), Samples.AUTHORITY.root())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            exit 75                                          | Later       | PROGRAM asks to come later
            echo 3600; exit 75                               | Later       | PROGRAM asks to come later
            echo first >&2; echo 'the last line' >&2; exit 65| Refused     | the last line
            exit 65                                          | Refused     | PROGRAM refuses
            echo 'no route' >&2; exit 69                     | Unavailable | no route
            exit 1                                           | Unavailable | PROGRAM has failed (exit code 1)
            kill -9 $$                                       | Unavailable | PROGRAM has failed (exit code 137)
            true                                             | Unavailable | PROGRAM prints no certificate: empty
            echo garbage                                     | Unavailable | PROGRAM prints no certificate: neither PEM, DER, PKCS #7, PKCS #12, SST nor LDIF
            echo '-----BEGIN CERTIFICATE-----'               | Unavailable | PROGRAM prints what is no certificate: PEM object without its end
            head -c 300000 /dev/zero; sleep 60               | Unavailable | PROGRAM prints more than 262144 octets
            head -c 300000 /dev/zero                         | Unavailable | PROGRAM prints more than 262144 octets
            """)
    void eachEndHasItsAnswer(String script, String kind, String reason) throws IOException {
        Answer answer = ask(script);
        assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
        String found = switch (answer) {
            case Answer.Later(String text, Optional<Duration> after) -> {
                assertThat(after)
                        .isEqualTo(script.startsWith("echo") ? Optional.of(Duration.ofHours(1)) : Optional.empty());
                yield text;
            }
            case Answer.Refused(String text) -> text;
            case Answer.Unavailable(String text) -> text;
            case Answer.Issued _ -> "issued";
        };
        assertThat(found).isEqualTo(reason.replace("PROGRAM", program().toString()));
    }

    @Test
    void aPrivateKeyIsNoCertificate() throws IOException {
        Files.writeString(
                folder.resolve("key.pem"),
                Samples.issued(Samples.ALICE).privateKeyPem()
                        + Samples.AUTHORITY.issuer().toPem());
        assertThat(ask("cat " + folder.resolve("key.pem")))
                .isEqualTo(new Answer.Unavailable(program() + " prints what is no certificate: a private key"));
    }

    @Test
    void whatHangsIsEndedWithItsChildren() throws IOException {
        Path pids = folder.resolve("pids");
        long start = System.nanoTime();
        // One child of the program itself, and one whose parent has ended.
        Answer answer = ask("trap '' TERM; sleep 300 & echo $! >> " + pids + "; (sleep 300 & echo $! >> " + pids
                + "; sleep 0.3); wait");
        assertThat(answer).isEqualTo(new Answer.Unavailable(program() + " did not end within 1 s, and was ended"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(Files.readAllLines(pids)).hasSize(2).noneMatch(ExecAuthorityTest::isAlive);
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThat(new ExecAuthority(List.of(folder.resolve("none").toString()), Duration.ofSeconds(1)).ask(REQUEST))
                .isInstanceOfSatisfying(
                        Answer.Unavailable.class,
                        answer -> assertThat(answer.reason()).startsWith(folder.resolve("none") + " cannot be run: "));
    }

    /** Waits for the end of a process that was killed; it may stay as a zombie until init takes it. */
    private static boolean isAlive(String pid) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < Duration.ofSeconds(10).toNanos()) {
            try {
                String[] stat = Files.readString(Path.of("/proc", pid, "stat")).split(" ");
                if (Arrays.asList(stat).get(2).equals("Z")) {
                    return false;
                }
                Thread.onSpinWait();
            } catch (IOException gone) {
                return false;
            }
        }
        return true;
    }

    private Path program() {
        return folder.resolve("program");
    }

    private Answer ask(String script) throws IOException {
        Files.writeString(program(), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program(), PosixFilePermissions.fromString("rwx------"));
        boolean hangs = script.contains("sleep 300");
        return new ExecAuthority(List.of(program().toString()), Duration.ofSeconds(hangs ? 1 : 30)).ask(REQUEST);
    }
}
