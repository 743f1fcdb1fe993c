package org.postseal.gateway.admin.cli.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.issue.KeyRequest;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.support.ExitCode;

/** Tests requests of users who keep their keys themselves. */
final class CaRequestTest {
    private static final MailAddress ALICE = MailAddress.of("alice@ours.example");

    private final Path folder;

    CaRequestTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aRequestMustBeSignedAndAskForOursAlone() throws IOException, CaException {
        CaOffice office = CaOffice.withAuthority(folder);
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        String good = KeyRequest.pem(key, List.of(ALICE));
        String foreign = KeyRequest.pem(key, List.of(ALICE, MailAddress.of("bob@theirs.example")));
        String strong = KeyRequest.pem(KeyMaterial.generate(KeyAlgorithm.RSA2048), List.of(ALICE));
        byte[] der = java.util.Base64.getMimeDecoder()
                .decode(good.replaceAll("-----[A-Z ]+-----", "").strip());
        der[der.length - 3] ^= 1;

        assertThat(csr(office, "foreign.csr", octets(foreign), ALICE, MailAddress.of("bob@theirs.example"))
                        .err()
                        .getFirst())
                .isEqualTo("error: not of the organization: bob@theirs.example");
        assertThat(csr(office, "forged.csr", der).err())
                .containsExactly("error: the request is not signed by the key that it names:"
                        + " nobody has shown that they have this key");
        assertThat(csr(office, "none.csr", octets("hello")).err())
                .containsExactly("error: the request is no PKCS #10 request");
        assertThat(office.issued()).isEmpty();
        assertThat(csr(office, "strong.csr", octets(strong)).err()).isEmpty();
        assertThat(csr(office, "good.csr", octets(good)).err()).isEmpty();
        assertThat(office.issued()).extracting(each -> each.ownKey()).containsExactly(false, false);
    }

    @Test
    void aRequestGetsNoAddressThatTheAdministratorDoesNotName() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        MailAddress chief = MailAddress.of("chief@ours.example");
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        byte[] forTwo = octets(KeyRequest.pem(key, List.of(ALICE, chief)));
        byte[] forChief = octets(KeyRequest.pem(key, List.of(chief)));

        Done unnamed = office.run("ca issue --csr", Files.write(office.admin.file("chief.csr"), forChief));
        assertThat(unnamed.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(unnamed.err().getFirst()).startsWith("error: --csr needs the addresses that are its sender's");
        Done more = csr(office, "two.csr", forTwo);
        assertThat(more.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(more.err().getFirst()).isEqualTo("error: the request also names chief@ours.example");
        assertThat(csr(office, "chief.csr", forChief).err())
                .containsExactly("error: the request names chief@ours.example, and not every address given");
        assertThat(office.issued()).isEmpty();
        assertThat(csr(office, "two.csr", forTwo, chief, ALICE).err()).isEmpty();
        assertThat(office.issued().getFirst().addresses()).containsExactly(chief, ALICE);
    }

    @Test
    void aRequestOfTheStoreTakesTheAnswerForItsKeyAlone() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        Path csr = office.admin.file("alice.csr");
        Path answer = office.admin.file("answer.pem");
        assertThat(office.admin
                        .run("key csr alice@ours.example --key p256 -o", csr)
                        .err())
                .isEmpty();
        assertThat(office.admin.run("key list").out().get(1)).startsWith("-").contains("requested");
        office.run("ca issue bob@ours.example --key p256 -o", office.admin.file("bob.pem"));
        assertThat(office.run("ca issue alice@ours.example --csr", csr, "-o", answer)
                        .err())
                .isEmpty();
        Path stranger = office.admin.file("stranger.pem");
        office.run(
                "ca issue alice@ours.example --csr",
                office.admin.write(
                        "stranger.csr", KeyRequest.pem(KeyMaterial.generate(KeyAlgorithm.P256), List.of(ALICE))),
                "-o",
                stranger);

        assertThat(office.admin.run("key import", stranger).err().getFirst())
                .endsWith("none of its certificates is for a key of the store; certificates alone: 'cert import'");
        assertThat(office.admin.run("key import", answer).err()).isEmpty();
        assertThat(office.admin
                        .run("key list --address alice@ours.example")
                        .out()
                        .get(1))
                .contains("valid");
    }

    @Test
    void anIssuerThatTheStoreHasIsKnownEvenIfItIsARoot() throws IOException {
        CaOffice office = CaOffice.withAuthority(folder);
        Path csr = office.admin.file("alice.csr");
        office.admin.run("key csr alice@ours.example --key p256 -o", csr);
        TestAuthority root = new TestAuthority("Root of others");
        MailCertificate certificate = root.certify(
                new X500Name("CN=Alice"),
                request(csr).getSubjectPublicKeyInfo(),
                TestAuthority.address(ALICE.toString()));
        Path answer = Files.writeString(office.admin.file("answer.pem"), certificate.toPem());

        assertThat(office.admin.run("key import", answer).err())
                .anyMatch(line -> line.contains("the issuer of") && line.contains("is not known here"));
        office.admin.run(
                "trust import others",
                Files.writeString(office.admin.file("root.pem"), root.root().toPem()));
        assertThat(office.admin.run("key import", answer).err()).noneMatch(line -> line.contains("the issuer of"));
    }

    private static PKCS10CertificationRequest request(Path csr) throws IOException {
        try (PEMParser parser = new PEMParser(Files.newBufferedReader(csr))) {
            return (PKCS10CertificationRequest) parser.readObject();
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private static Done csr(CaOffice office, String name, byte[] content) throws IOException {
        return csr(office, name, content, ALICE);
    }

    private static Done csr(CaOffice office, String name, byte[] content, MailAddress... addresses) throws IOException {
        Path file = Files.write(office.admin.file(name), content);
        String named = Stream.of(addresses).map(MailAddress::toString).collect(Collectors.joining(" "));
        return office.run("ca issue " + named + " --csr", file);
    }
}
