package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.RawMessage;

/**
 * OpenSSL verifies what the key of the domain has signed, and a gateway that trusts the domain accepts it as a
 * signature of its member.
 */
class DomainSignatureIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isVerified(boolean clear) throws Exception {
        TestRoad out = TestRoad.withSmime(
                "OWAClearSign: " + clear,
                DomainSignatureTest.with(DomainSignatureTest.DOMAIN),
                "{ id: sign, when: { direction: outbound }, then: { sign: required, signer: domain } }");
        out.send(Letter.submitted(TestRoad.LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        byte[] signed = out.sent().getFirst().octets();

        assertThat(signerByOpenSsl(signed)).isEqualTo(pem(DomainSignatureTest.DOMAIN.certificate()));
        assertThat(Files.readString(directory.resolve("content"))).contains("Hello");

        TestRoad in = TestRoad.with("""
                mailboxPolicies:
                  partner: { appliesTo: anna@example.com, believeDomainSignatures: true }
                """);
        in.send(Letter.inbound(TestRoad.LMTP, Parties.ANNA, Parties.ADAM), RawMessage.of(signed));

        assertThat(in.audited(done -> done.protection().signature()))
                .containsExactly("valid", "invalid ADDRESS_MISMATCH");
        assertThat(Set.copyOf(in.sent().stream()
                        .map(sent -> new String(sent.octets(), StandardCharsets.ISO_8859_1))
                        .toList()))
                .containsExactly(new String(signed, StandardCharsets.ISO_8859_1));
    }

    private String signerByOpenSsl(byte[] signed) throws Exception {
        MailCertificate root = Parties.STORE
                .validate(
                        DomainSignatureTest.DOMAIN.certificate(),
                        DomainSignatureTest.DOMAIN.chain(),
                        CertificatePurpose.SIGN,
                        Parties.NOW)
                .path()
                .getLast();
        Path message = Files.write(directory.resolve("signed.eml"), signed);
        Path anchor = Files.writeString(directory.resolve("root.pem"), root.toPem());
        Path signer = directory.resolve("signer.pem");
        Path log = directory.resolve("log");
        List<String> command = List.of(
                "openssl",
                "cms",
                "-verify",
                "-in",
                message.toString(),
                "-CAfile",
                anchor.toString(),
                "-signer",
                signer.toString(),
                "-out",
                directory.resolve("content").toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int code = process.waitFor();
        assertThat(code).as("%s\n%s", command, Files.readString(log)).isZero();
        return pem(Files.readString(signer));
    }

    private static String pem(MailCertificate certificate) {
        return pem(certificate.toPem());
    }

    private static String pem(String text) {
        return text.substring(text.indexOf("-----BEGIN")).strip();
    }
}
