package org.postseal.gateway.admin.cli.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.AUTHORITY;
import static org.postseal.gateway.admin.cli.CommandBench.NOW;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.nist.NISTNamedCurves;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;

/** Tests malicious files with the commands: each is named in an error, and nothing changes. */
final class HostileFilesTest {
    private static final int LIMIT = 16 << 20;

    @TempDir
    private Path folder;

    private CommandBench bench;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert import", "trust import partners"})
    void aFileOfMoreThanSixteenMebibytes(String command) {
        byte[] sst = store(LIMIT + 1);
        assertRefused(command, "big.sst", sst, "big.sst: longer than 16777216 octets");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert import", "trust import partners"})
    void aStoreOfSixteenMebibytesOfNothing(String command) {
        assertRefused(
                command,
                "big.sst",
                store(LIMIT),
                "warning: big.sst: element 1 (offset 20): octets behind the end marker",
                "big.sst: no certificate in it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert import", "trust import partners"})
    void aStoreOfSixteenMebibytesOfProperties(String command) {
        byte[] sst = store(LIMIT);
        // The file repeats a property without content: id 3, encoding 1, length 0
        for (int i = 8; i + 12 <= sst.length; i += 12) {
            sst[i] = 3;
            sst[i + 4] = 1;
        }
        assertRefused(
                command, "big.sst", sst, "big.sst: element 1 (offset 1544): more than 128 properties of one element");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert import", "trust import partners"})
    void anRsaKeyOfSixteenThousandBits(String command) throws Exception {
        BigInteger modulus =
                new BigInteger(16_384, new Random(1)).setBit(16_383).setBit(0);
        SubjectPublicKeyInfo key = new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                new RSAPublicKey(modulus, BigInteger.valueOf(65_537)));
        assertRefused(
                command,
                "rsa.der",
                certificate(key),
                "rsa.der: element 1 (offset 0): certificate refused: RSA key longer than 8192 bits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert import", "trust import partners"})
    void aCurveWrittenOut(String command) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        SubjectPublicKeyInfo named = SubjectPublicKeyInfo.getInstance(
                generator.generateKeyPair().getPublic().getEncoded());
        SubjectPublicKeyInfo key = new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(
                        X9ObjectIdentifiers.id_ecPublicKey,
                        NISTNamedCurves.getByName("P-256").toASN1Primitive()),
                named.getPublicKeyData().getOctets());
        assertRefused(
                command,
                "ec.der",
                certificate(key),
                "ec.der: element 1 (offset 0): certificate refused:"
                        + " a curve that is spelt out is not supported"
                        + " (supported: P-256, P-384, P-521, brainpoolP256r1, brainpoolP384r1, brainpoolP512r1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert import", "trust import partners"})
    void tenThousandAndOneInOnePkcs7(String command) throws Exception {
        ASN1EncodableVector all = new ASN1EncodableVector();
        Collections.nCopies(10_001, AUTHORITY.root().holder().toASN1Structure()).forEach(all::add);
        byte[] object = new ContentInfo(
                        CMSObjectIdentifiers.signedData,
                        new SignedData(
                                new DERSet(),
                                new ContentInfo(CMSObjectIdentifiers.data, null),
                                new DERSet(all),
                                null,
                                new DERSet()))
                .getEncoded();
        assertRefused(command, "many.p7b", object, "many.p7b: more than 10000 certificates and other elements");
    }

    @Test
    void aPasswordThatWouldBeDerivedABillionTimes() throws IOException {
        IssuedCertificate alice = CommandBench.issue("alice@ours.example", 100);
        Pfx pfx = Pfx.getInstance(alice.pkcs12("secret".toCharArray()));
        MacData mac = new MacData(pfx.getMacData().getMac(), pfx.getMacData().getSalt(), 1_000_000_000);
        bench.write("slow.p12.password", "secret");
        byte[] slow = new Pfx(pfx.getAuthSafe(), mac).getEncoded(ASN1Encoding.DER);
        assertRefused(
                "cert import", "slow.p12", slow, "slow.p12: more than 5000000 rounds of key derivation asked for");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*)(", "*)(mail=*", "*)(@must.example", "(alice@must.example)", "a@b\u0000c.example", "@", ""})
    void whatIsNoAddress(String address) {
        for (String command : List.of("cert explain", "cert pin", "cert block --address")) {
            List<Object> words = new ArrayList<>(Arrays.asList((Object[]) command.split(" ")));
            words.add(address);
            if (command.equals("cert pin")) {
                words.add("ab".repeat(32));
            }
            assertThat(bench.run(words.toArray())).as(command).isEqualTo(ExitCode.USAGE);
            assertThat(bench.out()).isEmpty();
            assertThat(bench.err().getFirst()).startsWith("error: ");
        }
        bench.run("cert", "explain", address);
        assertThat(bench.err())
                .containsExactly(
                        "error: not a mail address: " + Printable.line(address), "hint: write it as alice@example.com");
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    private void assertRefused(String command, String name, byte[] octets, String... said) {
        Path file = bench.write(name, octets);
        List<Object> words = new ArrayList<>(Arrays.asList((Object[]) command.split(" ")));
        words.add(file);
        assertThat(bench.run(words.toArray())).isEqualTo(ExitCode.REFUSED);
        assertThat(bench.out()).isEmpty();
        List<String> lines = new ArrayList<>(List.of(said));
        lines.add("error: nothing imported: 1 problem, see above");
        assertThat(bench.err()).isEqualTo(lines);
        assertThat(folder.resolve("directory.db")).doesNotExist();
    }

    /** Returns octets that begin like a serialized store; all others are zero. */
    private static byte[] store(int octets) {
        byte[] sst = new byte[octets];
        System.arraycopy("\0\0\0\0CERT".getBytes(StandardCharsets.US_ASCII), 0, sst, 0, 8);
        return sst;
    }

    private static byte[] certificate(SubjectPublicKeyInfo key) throws Exception {
        KeyPair issuer = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return new X509v3CertificateBuilder(
                        new X500Name("CN=issuer"),
                        BigInteger.ONE,
                        Date.from(NOW.minus(Duration.ofDays(1))),
                        Date.from(NOW.plus(Duration.ofDays(1))),
                        new X500Name("CN=subject"),
                        key)
                .build(new JcaContentSignerBuilder("Ed25519").build(issuer.getPrivate()))
                .getEncoded();
    }
}
