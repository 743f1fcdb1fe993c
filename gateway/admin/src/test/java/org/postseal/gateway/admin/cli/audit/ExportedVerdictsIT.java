package org.postseal.gateway.admin.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathEvidence.Kind;
import org.postseal.certstore.PathEvidence.Part;
import org.postseal.certstore.PathEvidence.Revocation.Answered;
import org.postseal.certstore.PathEvidence.Revocation.Unanswered;
import org.postseal.gateway.audit.AuditLog;

/** Tests that a third party can work out, with OpenSSL alone, what the verdicts of records rest on. */
final class ExportedVerdictsIT {
    @TempDir
    private Path folder;

    private ExportBench bench;

    @BeforeEach
    void files() throws IOException {
        bench = new ExportBench(folder);
    }

    @Test
    void aThirdPartyWorksOutWhatVerdictsRestOn() throws Exception {
        OpensslAuthority pki = new OpensslAuthority(folder.resolve("pki"));
        PathEvidence byLists =
                path(pki, new Answered(Kind.CRL, pki.sha256("int.crl"), ExportBench.NOW, Optional.empty()));
        PathEvidence byResponse = new PathEvidence(List.of(
                new Part(
                        pki.certificate("other"),
                        List.of(new Answered(
                                Kind.OCSP, pki.sha256("other.ocsp"), ExportBench.NOW, Optional.of(ExportBench.NOW)))),
                byLists.parts().get(1),
                byLists.parts().get(2)));
        PathEvidence revoked =
                path(pki, new Answered(Kind.CRL, pki.sha256("revoking.crl"), ExportBench.NOW, Optional.empty()));
        try (AuditLog log = bench.open()) {
            log.answers().keep(Kind.CRL, pki.sha256("int.crl"), pki.octets("int.crl"));
            log.answers().keep(Kind.CRL, pki.sha256("revoking.crl"), pki.octets("revoking.crl"));
            log.answers().keep(Kind.CRL, pki.sha256("root.crl"), pki.octets("root.crl"));
            log.answers().keep(Kind.OCSP, pki.sha256("other.ocsp"), pki.octets("other.ocsp"));
            log.append(List.of(ExportBench.done(Instant.now(), "Q8", List.of(byLists, byResponse, revoked))));
        }
        assertThat(bench.export("--queue-id Q8")).as(bench.complaint()).isZero();
        assertThat(bench.output())
                .containsExactly(
                        "wrote 1 record, 5 of 6 certificates, 4 of 4 lists and responses and 0 of 1 policies to "
                                + bench.evidence(),
                        bench.readme() + " has the commands that check them");
        assertThat(Files.readString(bench.readme()))
                .contains("- " + pki.certificate("root").id().hex() + ": trust anchor\n");
        List<String> checks = bench.commands().stream()
                .filter(command -> command.startsWith("grep "))
                .toList();
        assertThat(checks).hasSize(4);
        assertThat(bench.shell(checks.get(0)))
                .isEqualTo(new ExportBench.Ran(
                        0, "crl-" + pki.sha256("int.crl") + ".crl: OK\n" + certificateFile(pki, "leaf") + ": OK\n"));
        assertThat(bench.shell(checks.get(1)))
                .isEqualTo(new ExportBench.Ran(
                        0, "crl-" + pki.sha256("root.crl") + ".crl: OK\n" + certificateFile(pki, "int") + ": OK\n"));
        assertThat(bench.shell(checks.get(2)).output())
                .contains(
                        "ocsp-" + pki.sha256("other.ocsp") + ".der: OK\n",
                        "Response verify OK\n",
                        certificateFile(pki, "other") + ": good\n");
        ExportBench.Ran bad = bench.shell(checks.get(3));
        assertThat(bad.code()).isNotZero();
        assertThat(bad.output()).contains("certificate revoked");

        // For OpenSSL, another list of the same authority is as good, but it is not the list that the record names
        Path list = bench.evidence().resolve("crl-" + pki.sha256("int.crl") + ".crl");
        Files.write(list, pki.octets("another.crl"));
        ExportBench.Ran other = bench.shell(checks.get(0));
        assertThat(other.code()).isNotZero();
        assertThat(other.output()).startsWith(list.getFileName() + ": FAILED\n").doesNotContain(".pem: OK");
        // A list does not help either if the record does not name it
        Path record = bench.evidence().resolve("record-11.json");
        Files.writeString(record, Files.readString(record).replace(pki.sha256("root.crl"), pki.sha256("another.crl")));
        assertThat(bench.shell(checks.get(1))).isEqualTo(new ExportBench.Ran(1, ""));
    }

    /** The record names the list and has its SHA-256, so only the signature shows that it is forged. */
    @Test
    void aListThatSomebodyElseHasSignedProvesNothing() throws Exception {
        OpensslAuthority pki = new OpensslAuthority(folder.resolve("pki"));
        PathEvidence byForgery =
                path(pki, new Answered(Kind.CRL, pki.sha256("forged.crl"), ExportBench.NOW, Optional.empty()));
        try (AuditLog log = bench.open()) {
            log.answers().keep(Kind.CRL, pki.sha256("forged.crl"), pki.octets("forged.crl"));
            log.answers().keep(Kind.CRL, pki.sha256("root.crl"), pki.octets("root.crl"));
            log.append(List.of(ExportBench.done(Instant.now(), "Q8", List.of(byForgery))));
        }
        assertThat(bench.export("--queue-id Q8")).isZero();

        ExportBench.Ran forged = bench.shell(bench.commands().stream()
                .filter(command -> command.startsWith("grep "))
                .findFirst()
                .orElseThrow());
        assertThat(forged.code()).isNotZero();
        assertThat(forged.output())
                .startsWith("crl-" + pki.sha256("forged.crl") + ".crl: OK\n")
                .contains("CRL signature failure")
                .doesNotContain(".pem: OK");
    }

    @Test
    void whatIsNotKeptIsNamed() throws Exception {
        OpensslAuthority pki = new OpensslAuthority(folder.resolve("pki"));
        PathEvidence byLists =
                path(pki, new Answered(Kind.CRL, pki.sha256("int.crl"), ExportBench.NOW, Optional.empty()));
        try (AuditLog log = bench.open()) {
            log.append(List.of(ExportBench.done(Instant.now(), "Q8", List.of(byLists))));
        }
        assertThat(bench.export("--queue-id Q8")).isZero();
        assertThat(bench.output())
                .containsExactly(
                        "wrote 1 record, 4 of 5 certificates, 0 of 2 lists and responses and 0 of 1 policies to "
                                + bench.evidence(),
                        bench.readme() + " has the commands that check them");
        assertThat(Files.readString(bench.readme()))
                .contains("Cannot be worked out again from this folder: crl-" + pki.sha256("int.crl")
                        + ".crl is not here.\n");
        assertThat(bench.commands()).noneMatch(command -> command.startsWith("grep "));
    }

    private static PathEvidence path(OpensslAuthority pki, Answered ofLeaf) throws Exception {
        return new PathEvidence(List.of(
                new Part(pki.certificate("leaf"), List.of(ofLeaf)),
                new Part(
                        pki.certificate("int"),
                        List.of(new Answered(Kind.CRL, pki.sha256("root.crl"), ExportBench.NOW, Optional.empty()))),
                new Part(pki.certificate("root"), List.of(new Unanswered("trust anchor")))));
    }

    private static String certificateFile(OpensslAuthority pki, String name) throws Exception {
        return "certificate-" + pki.certificate(name).id().hex() + ".pem";
    }
}
