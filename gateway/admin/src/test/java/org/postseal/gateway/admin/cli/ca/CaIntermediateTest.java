package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.IntermediateRenewal;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/**
 * Tests the next intermediate, while certificates of the earlier one stay valid, and how an intermediate is revoked.
 */
@Tag("thorough")
final class CaIntermediateTest {
    private static final String FULL =
            "CREATE TRIGGER full BEFORE INSERT ON change_log BEGIN SELECT RAISE(ABORT, 'disk full'); END";

    @TempDir
    private Path folder;

    private CaOffice office;

    @BeforeEach
    void withAUser() throws IOException {
        office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example --key p256");
    }

    @Test
    void theNextOneIssuesAndTheFirstOnesListGoesOn() throws Exception {
        Done done = root("ca renew-intermediate --key p256", true);
        assertThat(done.err()).isEmpty();
        assertThat(done.out())
                .containsExactly(
                        "intermediate 2 issues from now on, until 2036-06-01",
                        "then: postseal trust import NAME " + office.file("root.pem") + " " + office.file("issuing.pem")
                                + " " + office.file("issuing-2.pem"));
        assertThat(office.run("ca issue bob@ours.example --key p256").err()).isEmpty();
        try (CaFolder opened = CaFolder.open(office.file(""))) {
            var entries = opened.index().entries();
            assertThat(entries).extracting(each -> each.issuer()).containsExactly(1, 2);
            for (int i = 0; i < 2; i++) {
                var issuer = opened.intermediates().get(i).certificate();
                opened.certificate(entries.get(i)).x509().verify(issuer.x509().getPublicKey());
                issuer.x509().verify(opened.root().x509().getPublicKey());
                assertThat(opened.certificate(entries.get(i)).x509().getIssuerX500Principal())
                        .isEqualTo(issuer.x509().getSubjectX500Principal());
            }
        }
        Done revoked = office.run("ca revoke alice@ours.example");
        assertThat(revoked.err()).isEmpty();
        assertThat(revoked.out().getLast()).isEqualTo("signed list 3: " + office.file("public/issuing.crl"));
        // A revocation without a reason has no reason in the list
        assertThat(list("issuing.crl").getRevokedCertificates())
                .singleElement()
                .satisfies(each -> assertThat(each.hasExtensions()).isFalse());
        assertThat(list("issuing-2.crl").getRevokedCertificates()).isNull();
        assertThat(office.admin.run("ca status").out())
                .anyMatch(each -> each.matches("intermediate1: \\w{64}, issues no more, 0 valid certificates"))
                .anyMatch(each ->
                        each.matches("intermediate2: \\w{64}, issues, 1 valid certificate, the last until 2027-06-01"));
        assertThat(office.actions())
                .containsExactly(
                        "key-init", "ca-issue", "ca-renew-intermediate", "ca-issue", "ca-revoke", "ca-crl", "ca-crl");
    }

    @Test
    void whatARevokedOneHasIssuedCountsNoMore() throws Exception {
        Done done = root("ca revoke-intermediate 1 --reason caCompromise", false);
        assertThat(done.err()).isEmpty();
        assertThat(done.out().getFirst()).isEqualTo("revoked intermediate 1, and with it 1 valid certificate");
        assertThat(list("root.crl").getRevokedCertificates()).hasSize(1);
        assertThat(office.admin
                        .database(database -> database.revocation()
                                .find(RevocationCache.Kind.CRL, "crl:" + CaOffice.URL + "root.crl"))
                        .orElseThrow()
                        .der())
                .isEqualTo(Files.readAllBytes(office.file("public/root.crl")));
        assertThat(office.admin.run("ca status").out())
                .contains("valid: 0")
                .contains("ALARM: intermediate 1 is revoked, and with it 1 certificate:"
                        + " postseal ca renew-intermediate, postseal ca issue --missing");
        assertThat(office.run("ca issue bob@ours.example --key p256").err())
                .containsExactly(
                        "error: the intermediate is revoked, and signs nothing: postseal ca renew-intermediate");
        assertThat(root("ca revoke-intermediate 1", false).exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(root("ca revoke-intermediate 1 --reason unspecified", false).exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(root("ca revoke-intermediate 2 --reason superseded", false).exitCode())
                .isEqualTo(ExitCode.REFUSED);

        // Even a revoked intermediate whose key is lost can be renewed: its key is not needed
        Files.delete(office.file("issuing.key"));
        assertThat(office.run("ca crl").err().getFirst()).startsWith("error: there is nothing to sign by: ");
        assertThat(root("ca renew-intermediate --key p256", true).err()).isEmpty();
        assertThat(office.admin.run("ca status").out().getLast())
                .isEqualTo(
                        "ALARM: intermediate 1 is revoked, and 1 user whom it has certified has no other certificate:"
                                + " postseal ca issue --missing");
        assertThat(office.run("ca issue --missing --key p256").out().getLast()).isEqualTo("1 certificate issued");
        assertThat(office.admin.run("ca status").exitCode()).isZero();
        // A later list of the root still names the revoked intermediate
        office.admin.at(Administration.NOW.plus(Duration.ofDays(300)));
        assertThat(root("ca crl", true).out()).hasSize(2);
        assertThat(list("root.crl").getRevokedCertificates()).hasSize(1);
    }

    @Test
    void nothingIsMadeByAWrongPassphraseOrWhenItCannotBeRecorded() throws Exception {
        String wrong = office.admin.write("wrong", "not the passphrase\n");
        assertThat(office.run(
                                "ca renew-intermediate --key p256 --root-key",
                                office.file("root.key"),
                                "--root-passphrase-file",
                                wrong)
                        .exitCode())
                .isEqualTo(ExitCode.REFUSED);
        assertThat(office.admin
                        .run(
                                "ca renew-intermediate --key p256 --root-key",
                                office.file("root.key"),
                                "--root-passphrase-file",
                                office.rootPassphrase(),
                                "--passphrase-file",
                                wrong)
                        .exitCode())
                .isEqualTo(ExitCode.REFUSED);
        office.sql(FULL);
        assertThat(root("ca renew-intermediate --key p256", true).exitCode()).isNotZero();
        try (var files = Files.walk(office.file(""))) {
            assertThat(files.map(each -> each.getFileName().toString())).noneMatch(name -> name.contains("-2"));
        }
    }

    @Test
    void whatWasNotRecordedIsDoneAgain() throws Exception {
        office.sql(FULL);
        Done failed = root("ca revoke-intermediate 1 --reason caCompromise", false);
        assertThat(failed.exitCode()).isNotZero();
        assertThat(failed.err())
                .anyMatch(each -> each.startsWith("warning: intermediate 1 is revoked in the folder, but"));
        office.sql("DROP TRIGGER full");

        Done again = root("ca revoke-intermediate 1 --reason superseded", false);
        assertThat(again.err()).isEmpty();
        assertThat(again.out().getFirst())
                .isEqualTo("was revoked before: intermediate 1, and with it 1 valid certificate");
        assertThat(list("root.crl").getRevokedCertificates())
                .singleElement()
                .satisfies(each -> assertThat(each.getRevocationReason()).isEqualTo(CRLReason.CA_COMPROMISE));
        assertThat(office.admin.changes())
                .filteredOn(each -> each.action().equals("ca-revoke"))
                .singleElement()
                .satisfies(
                        each -> assertThat(each.details()).containsExactly("intermediate 1", "reason CA_COMPROMISE"));
    }

    @Test
    void nobodyTakesARevocationBackByAFile() throws Exception {
        Path published = office.file("public/root.crl");
        byte[] old = Files.readAllBytes(published);
        root("ca revoke-intermediate 1 --reason caCompromise", false);
        for (byte[] other : List.of(old, new byte[] {1, 2, 3})) {
            Files.write(published, other);
            assertThat(office.run("ca issue bob@ours.example --key p256").err())
                    .containsExactly(
                            "error: the intermediate is revoked, and signs nothing: postseal ca renew-intermediate");
        }
        Files.delete(published);
        assertThat(root("ca crl", false).err()).isEmpty();
        assertThat(list("root.crl").getRevokedCertificates()).hasSize(1);
        assertThat(list("root.crl").getExtensionValue("2.5.29.20")).endsWith((byte) 3);

        // Another issuer's list stands in the place of the root's
        Files.copy(office.file("public/issuing.crl"), office.file("root.crl"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(office.run("ca issue bob@ours.example --key p256").err().getFirst())
                .isEqualTo("error: " + office.file("root.crl") + " is not signed by the root");
    }

    /** A peer with an old list of the root still trusts the revoked intermediate, and so its list too. */
    @Test
    void whatARevokedOneHasRevokedStaysOnItsList() throws Exception {
        office.run("ca revoke alice@ours.example --reason keyCompromise");
        office.run("ca issue bob@ours.example --key p256");
        root("ca revoke-intermediate 1 --reason superseded", false);
        root("ca renew-intermediate --key p256", true);
        office.admin.at(Administration.NOW.plus(Duration.ofDays(9)));
        assertThat(office.run("ca crl").out()).hasSize(2);
        assertThat(list("issuing.crl").getThisUpdate().toInstant())
                .isEqualTo(Administration.NOW.plus(Duration.ofDays(9)));
        assertThat(list("issuing.crl").getRevokedCertificates()).hasSize(1);
    }

    /** Tests the same with the decisions of a gateway. */
    @Test
    void aPathThroughARevokedOneIsRefusedAndOneThroughTheNextIsFound() throws Exception {
        office.admin.configure("directory: { database: postseal.db, masterKey: master.key }\n"
                + "trust: { collections: [own] }\nrevocation: { outbound: hard }");
        office.admin.run("trust import own", office.file("root.pem"), office.file("issuing.pem"));
        root("ca crl", true);
        assertThat(office.admin.run("cert explain alice@ours.example").exitCode())
                .isZero();

        root("ca revoke-intermediate 1 --reason caCompromise", false);
        Done refused = office.admin.run("cert explain alice@ours.example");
        assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.out().getLast()).startsWith("none: issuer revoked").endsWith("(code 15)");

        root("ca renew-intermediate --key p256", true);
        office.admin.run(
                "trust import own", office.file("root.pem"), office.file("issuing.pem"), office.file("issuing-2.pem"));
        office.run("ca issue --missing --key p256");
        office.run("ca crl");
        Done chosen = office.admin.run("cert explain alice@ours.example");
        assertThat(chosen.exitCode()).as("%s", chosen).isZero();
        office.run("ca revoke alice@ours.example --all --reason keyCompromise");
        Done revoked = office.admin.run("cert explain alice@ours.example");
        assertThat(revoked.exitCode()).isEqualTo(ExitCode.REFUSED);
        // Two certificates have the same second of issue, so either may come first
        assertThat(revoked.out())
                .anyMatch(line -> line.endsWith("(key compromised) (code 13)"))
                .anyMatch(line -> line.endsWith("(authority compromised) (code 15)"));
    }

    @Test
    void aNewPassphraseIsTypedTwiceWhereNoKeyTellsASlip() throws Exception {
        List<String> prompts = new ArrayList<>();
        Deque<String> typed = new ArrayDeque<>(List.of("staple battery horse"));
        Function<String, char[]> terminal = prompt -> {
            prompts.add(prompt);
            return typed.remove().toCharArray();
        };
        try (CaFolder opened = CaFolder.open(office.file(""))) {
            Passphrases.ofNext(opened, Optional.empty(), Administration.NOW, terminal);
            assertThat(prompts).containsExactly("Passphrase of the intermediate");
        }
        root("ca revoke-intermediate 1 --reason superseded", false);
        prompts.clear();
        typed.addAll(List.of("another long one", "anothr long one"));
        try (CaFolder opened = CaFolder.open(office.file(""))) {
            assertThat(catchThrowable(() -> Passphrases.ofNext(opened, Optional.empty(), Administration.NOW, terminal)))
                    .hasMessage("the two are not the same");
            assertThat(prompts).containsExactly("New passphrase of the intermediate", "Again");
            typed.addAll(List.of("another long one", "another long one"));
            assertThat(Passphrases.ofNext(opened, Optional.empty(), Administration.NOW, terminal))
                    .isEqualTo("another long one".toCharArray());
        }
        // From here on, every command works with that passphrase
        String another = office.admin.write("another", "another long one\n");
        assertThat(root("ca renew-intermediate --key p256 --passphrase-file " + another, false)
                        .err())
                .isEmpty();
        assertThat(office.admin
                        .run("ca issue --missing --key p256 --passphrase-file", another)
                        .out()
                        .getLast())
                .isEqualTo("1 certificate issued");
        assertThat(office.admin
                        .run("ca revoke alice@ours.example --all --passphrase-file", another)
                        .err())
                .containsExactly("warning: no list of intermediate 1 is signed any more:"
                        + " the root's list says that it is revoked");
        assertThat(office.admin
                        .run("ca revoke alice@ours.example --passphrase-file", another)
                        .out()
                        .getLast())
                .isEqualTo("signed list 4: " + office.file("public/issuing-2.crl"));
        assertThat(office.run("ca crl").exitCode()).isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void onlyWhatIsRecordedIssues() throws Exception {
        try (CaFolder opened = CaFolder.open(office.file(""))) {
            // This is the state after the process was killed before the record was made
            new IntermediateRenewal(opened, office.file("root.key"), KeyAlgorithm.P256, 1000)
                    .make(
                            "correct horse battery".toCharArray(),
                            "staple battery horse".toCharArray(),
                            Administration.NOW);
        }
        try (CaFolder opened = CaFolder.open(office.file(""))) {
            assertThat(opened.intermediate().number()).isEqualTo(1);
        }
        assertThat(root("ca renew-intermediate --key p256", true).err()).isEmpty();
        try (CaFolder opened = CaFolder.open(office.file(""))) {
            assertThat(opened.intermediates()).hasSize(2);
        }
    }

    @Test
    void noListOfOneThatIsOver() throws Exception {
        root("ca renew-intermediate --key p256", true);
        Instant later = Administration.NOW.plus(Duration.ofDays(500));
        office.admin.at(later);
        assertThat(office.run("ca crl").out())
                .containsExactly(
                        "signed " + office.file("public/issuing-2.crl") + ", until " + later.plus(Duration.ofDays(10)));
        try (CaFolder opened = CaFolder.open(office.file(""))) {
            assertThat(opened.intermediate().number()).isEqualTo(2);
            // A root that has expired makes no intermediate
            assertThat(catchThrowable(
                            () -> new IntermediateRenewal(opened, office.file("root.key"), KeyAlgorithm.P256, 1000)
                                    .make(
                                            "correct horse battery".toCharArray(),
                                            "staple battery horse".toCharArray(),
                                            Administration.NOW.plus(Duration.ofDays(8000)))))
                    .hasMessageStartingWith("the root is valid until ");
        }
    }

    /** Runs a command with the root's key, and with the intermediate's passphrase if that is needed too. */
    private Done root(String command, boolean needsBoth) {
        Object[] more = {"--root-key", office.file("root.key"), "--root-passphrase-file", office.rootPassphrase()};
        return needsBoth ? office.run(command, more) : office.admin.run(command, more);
    }

    private X509CRL list(String name) throws Exception {
        try (var in = Files.newInputStream(office.file("public/" + name))) {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(in);
        }
    }
}
