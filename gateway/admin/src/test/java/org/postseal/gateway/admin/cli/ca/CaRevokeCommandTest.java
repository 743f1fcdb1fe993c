package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.database.RevocationCache;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests revocations and the lists that hold them. */
final class CaRevokeCommandTest {
    private final Path folder;

    CaRevokeCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aRevocationThatCouldNotBeStoredIsStoredTheNextTime() throws Exception {
        CaOffice office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example --key p256");
        office.sql("CREATE TRIGGER full BEFORE INSERT ON change_log BEGIN SELECT RAISE(ABORT, 'disk full'); END");

        Done failed = office.run("ca revoke alice@ours.example --reason keyCompromise");
        assertThat(failed.exitCode()).isNotZero();
        assertThat(failed.err()).anyMatch(each -> each.endsWith("do not know; run the command again"));
        assertThat(office.issued().getFirst().revocation()).isPresent();
        assertThat(office.actions()).containsExactly("key-init", "ca-issue");
        office.sql("DROP TRIGGER full");

        Done again = office.run("ca revoke alice@ours.example");
        assertThat(again.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(again.out().getFirst()).startsWith("was revoked before: ");
        assertThat(office.actions()).containsExactly("key-init", "ca-issue", "ca-revoke", "ca-crl");
        assertThat(office.admin.changes().get(2).details()).contains("reason keyCompromise");
        assertThat(office.admin
                        .database(database -> database.revocation()
                                .find(RevocationCache.Kind.CRL, "crl:" + CaOffice.URL + "issuing.crl"))
                        .orElseThrow()
                        .der())
                .isEqualTo(Files.readAllBytes(office.file("public/issuing.crl")));
    }

    @Test
    void aRevokedKeyIsGivenToNoClientWhereOnlyOutgoingMailAsks() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        office.admin.configure("""
            directory: { database: postseal.db, masterKey: master.key }
            trust: { collections: [partners] }
            revocation: { inbound: off, outbound: soft, allowedHosts: [nobody.invalid] }
            """);
        office.admin.atTerminal();
        office.admin.run("trust import partners", office.file("root.pem"), office.file("issuing.pem"));
        office.run("ca issue alice@ours.example --key p256 --profile split");
        Done before = office.admin.run("client pkcs12 alice@ours.example -o", folder.resolve("before.p12"));
        assertThat(before.out()).as(before.toString()).last().asString().startsWith("wrote 2 keys ");

        office.run("ca revoke alice@ours.example --all --reason keyCompromise");
        Done after = office.admin.run("client pkcs12 alice@ours.example -o", folder.resolve("after.p12"));
        assertThat(after.exitCode()).as(after.toString()).isEqualTo(ExitCode.REFUSED);
        assertThat(after.err().getFirst())
                .startsWith("error: no key of alice@ours.example may be used now: revoked on ");
        assertThat(folder.resolve("after.p12")).doesNotExist();
    }

    @Test
    void revokingSignsAListAndHappensOnce() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        office.run("ca issue alice@ours.example --key p256 --profile split");

        assertThat(office.run("ca revoke alice@ours.example").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(office.run("ca revoke alice@ours.example --all --reason certificateHold")
                        .exitCode())
                .isEqualTo(ExitCode.USAGE);
        assertThat(office.run("ca revoke alice@ours.example --all --reason keyCompromise")
                        .err())
                .isEmpty();
        assertThat(office.issued())
                .allSatisfy(each -> assertThat(each.revocation().orElseThrow().reason())
                        .isEqualTo(RevocationReason.KEY_COMPROMISE));
        assertThat(office.run("ca revoke alice@ours.example --all --reason superseded")
                        .out())
                .satisfiesExactly(
                        each -> assertThat(each).startsWith("was revoked before: "),
                        each -> assertThat(each).startsWith("was revoked before: "),
                        each -> assertThat(each).startsWith("signed list 3: "));
        assertThat(office.issued())
                .allSatisfy(each -> assertThat(each.revocation().orElseThrow().reason())
                        .isEqualTo(RevocationReason.KEY_COMPROMISE));
        assertThat(office.run("ca revoke bob@ours.example").err())
                .containsExactly("error: nothing was issued here for bob@ours.example");
    }

    @Test
    void aListCountsAsLongAsTheLastOne() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        assertThat(office.run("ca crl").out()).singleElement().asString().endsWith("until 2026-06-11T12:00:00Z");
        assertThat(office.run("ca crl --valid 1d").out())
                .singleElement()
                .asString()
                .endsWith("until 2026-06-02T12:00:00Z");
        office.admin.at(Administration.NOW.plus(Duration.ofHours(12)));
        // The alarm begins when a third of the list's lifetime is left
        assertThat(office.admin.run("ca status").exitCode()).isEqualTo(ExitCode.OK);
        office.admin.at(Administration.NOW.plus(Duration.ofHours(17)));
        assertThat(office.admin.run("ca status").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(office.run("ca crl").out()).singleElement().asString().endsWith("until 2026-06-03T05:00:00Z");
        for (String wrong : List.of("11d", "0h", "1m", "1")) {
            assertThat(office.admin.run("ca crl --valid " + wrong).exitCode()).isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void statusAlarmsBeforeListsEnd() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        assertThat(office.admin.run("ca status").exitCode()).isEqualTo(ExitCode.OK);
        office.admin.at(Administration.NOW.plus(Duration.ofDays(8)));
        assertThat(office.admin.run("ca status").exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(office.run("ca crl").err()).isEmpty();
        assertThat(office.admin.run("ca status").exitCode()).isEqualTo(ExitCode.OK);
        office.admin.at(Administration.NOW.plus(Duration.ofDays(366)));
        assertThat(office.admin.run("ca status").out())
                .contains("ALARM: root.crl has ended at 2027-06-01T12:00:00Z: postseal ca crl --root-key");
        assertThat(office.admin
                        .run(
                                "ca crl --root-key",
                                office.file("root.key"),
                                "--root-passphrase-file",
                                office.rootPassphrase())
                        .err())
                .isEmpty();
        assertThat(office.admin.run("ca status").out()).noneMatch(each -> each.contains("root.crl"));
    }
}
