package org.postseal.gateway.audit.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.audit.record.AuditLine;

class AuditTallyTest {
    private final AuditTally tally = new AuditTally();

    @Test
    void outcomesAreCountedByDirection() {
        take("outbound", "deliver", "success", "250 2.0.0 Ok", "");
        take("outbound", "deliver", "failure", "550 5.1.1 unknown", "'postseal.reason':'NEXT_HOP_REFUSED',");
        take("outbound", "deliver", "failure", "451 4.4.1 later", "'postseal.reason':'NEXT_HOP_UNAVAILABLE',");
        take("outbound", "reject", "failure", "550 5.7.1 no", "'postseal.reason':'POLICY_REFUSED',");
        take("outbound", "reject", "failure", "550 5.7.1 no", "'postseal.reason':'POLICY_REFUSED',");
        take("inbound", "redirect", "success", "250 2.0.0 Ok", "'postseal.reason':'CONTENT_SUSPICIOUS',");
        take("", "defer", "failure", "451 4.3.0 later", "'postseal.reason':'INTERNAL_ERROR',");
        tally.take(line("'event.action':'notice-sent'"));
        assertThat(tally.records()).isEqualTo(7);
        assertThat(rows(0))
                .containsExactly(
                        List.of("inbound", "0", "1", "0", "0", "0"),
                        List.of("outbound", "1", "0", "0", "3", "1"),
                        List.of("unknown", "0", "0", "0", "0", "1"));
        assertThat(rows(2))
                .containsExactly(
                        List.of("POLICY_REFUSED", "refused", "outbound", "2"),
                        List.of("CONTENT_SUSPICIOUS", "redirected", "inbound", "1"),
                        List.of("INTERNAL_ERROR", "deferred", "unknown", "1"),
                        List.of("NEXT_HOP_REFUSED", "refused", "outbound", "1"),
                        List.of("NEXT_HOP_UNAVAILABLE", "deferred", "outbound", "1"));
    }

    @Test
    void whatLeavesUnprotectedIsCountedByDomain() {
        sent("bob@a.example", "clear", "clear");
        sent("<Bob@A.example>", "signed SHA256", "clear");
        sent("bob@a.example", "signed SHA256, encrypted AES256 RSA_PKCS1", "clear");
        sent("bob@b.example", "encrypted AES256 RSA_PKCS1", "clear");
        // The protection by the author counts too.
        sent("bob@c.example", "kept", "signed");
        sent("bob@d.example", "kept", "encrypted");
        sent("bob@e.example", "signed SHA256, encrypted AES256 RSA_PKCS1", "clear");
        take(
                "inbound",
                "deliver",
                "success",
                "250 2.0.0 Ok",
                "'postseal.protection':'clear','email.to.address':'x@f.example',");
        assertThat(rows(3))
                .containsExactly(
                        List.of("a.example", "1", "2", "1", "3"),
                        List.of("c.example", "0", "1", "0", "1"),
                        List.of("b.example", "1", "0", "0", "1"));
    }

    @Test
    void aTagInTheSubjectProtectsNothing() {
        // The quotes are escaped, since line() makes every plain quote one of the JSON.
        sent(
                "bob@a.example",
                "clear, subject tag \\u0027not encrypted, signed by nobody, encrypted never\\u0027",
                "clear");
        assertThat(rows(3)).containsExactly(List.of("a.example", "1", "1", "1", "1"));
        assertThat(rows(4)).isEmpty();
    }

    @Test
    void underObserveNothingIsSaidToBeMadeOrRefused() {
        String to = "'postseal.mode':'observe','email.to.address':'bob@a.example','postseal.facts.content':'clear',";
        take(
                "outbound",
                "deliver",
                "success",
                "250 2.0.0 Ok",
                to + "'postseal.protection':'signed SHA1, encrypted AES256 RSA_PKCS1',");
        take("outbound", "reject", "success", "250 2.0.0 Ok", to + "'postseal.reason':'NO_RECIPIENT_CERTIFICATE',");
        take("inbound", "redirect", "success", "250 2.0.0 Ok", to + "'postseal.reason':'CONTENT_SUSPICIOUS',");
        take("outbound", "reject", "failure", "550 5.7.1 no", to + "'postseal.reason':'RELAY_DENIED',");
        assertThat(rows(0))
                .containsExactly(
                        List.of("inbound", "1", "0", "0", "0", "0"), List.of("outbound", "2", "0", "0", "1", "0"));
        assertThat(tally.sections().get(1).title()).isEqualTo("Relayed under observe");
        assertThat(rows(1))
                .containsExactly(
                        List.of("deliver, signed SHA1, encrypted AES256 RSA_PKCS1", "outbound", "1"),
                        List.of("redirect, CONTENT_SUSPICIOUS", "inbound", "1"),
                        List.of("reject, NO_RECIPIENT_CERTIFICATE", "outbound", "1"));
        assertThat(rows(2)).containsExactly(List.of("RELAY_DENIED", "refused", "outbound", "1"));
        assertThat(rows(3)).containsExactly(List.of("a.example", "2", "2", "2", "2"));
        assertThat(rows(4)).isEmpty();
        assertThat(rows(6)).isEmpty();
    }

    @Test
    void algorithmsAndWhatIsWeakAreCounted() {
        sent("bob@a.example", "signed SHA256, encrypted AES256 RSA_PKCS1", "clear");
        sent("bob@a.example", "signed SHA1, encrypted TRIPLE_DES RSA_PKCS1", "clear");
        sent("bob@a.example", "signed SHA256", "clear");
        take(
                "inbound",
                "deliver",
                "success",
                "250 2.0.0 Ok",
                "'email.sender.address':'<eve@b.example>','email.to.address':'ann@ours.example',"
                        + "'postseal.protection':'opened TripleDES',"
                        + "'postseal.signers':['00, RSA MD5, weak, From, invalid BAD',"
                        + "'01, RSA SHA-256, strong, From, valid'],'postseal.facts.encryptedWith':'TripleDES',"
                        + "'postseal.directory':['certificate=usable RSA 1024','key=usable RSA 2048',"
                        + "'reader:x@y.example=usable EC 256'],"
                        + "'postseal.old_mail':['SHA1 believed: readLegacyAlgorithms'],");
        assertThat(rows(4))
                .containsExactly(
                        List.of("signed SHA256", "2"),
                        List.of("encrypted AES256 RSA_PKCS1", "1"),
                        List.of("encrypted TRIPLE_DES RSA_PKCS1", "1"),
                        List.of("opened TripleDES", "1"),
                        List.of("signed SHA1", "1"));
        assertThat(rows(5))
                .containsExactly(
                        List.of("RSA MD5", "weak", "invalid BAD", "1"), List.of("RSA SHA-256", "strong", "valid", "1"));
        assertThat(rows(6))
                .containsExactlyInAnyOrder(
                        List.of("made", "encrypted TRIPLE_DES RSA_PKCS1", "bob@a.example", "1"),
                        List.of("made", "signed SHA1", "bob@a.example", "1"),
                        List.of("opened", "opened TripleDES", "ann@ours.example", "1"),
                        List.of("signature that came", "RSA MD5", "eve@b.example", "1"),
                        List.of("mail that came", "TripleDES", "eve@b.example", "1"),
                        List.of("key of the recipient", "RSA 1024", "ann@ours.example", "1"),
                        List.of("old mail", "SHA1 believed: readLegacyAlgorithms", "ann@ours.example", "1"));
    }

    private List<List<String>> rows(int section) {
        return tally.sections().get(section).rows();
    }

    private void sent(String recipient, String protection, String content) {
        take(
                "outbound",
                "deliver",
                "success",
                "250 2.0.0 Ok",
                "'email.to.address':'" + recipient + "','postseal.protection':'" + protection
                        + "','postseal.facts.content':'" + content + "',");
    }

    private void take(String direction, String decision, String outcome, String reply, String more) {
        tally.take(line("'event.action':'recipient-done','event.outcome':'" + outcome + "','postseal.direction':'"
                + direction + "','postseal.decision':'" + decision + "'," + more + "'postseal.reply':'" + reply + "'"));
    }

    private static AuditLine line(String fields) {
        return AuditLine.read(("{'@timestamp':'2026-11-26T12:00:00Z'," + fields + "}").replace('\'', '"'))
                .orElseThrow();
    }
}
