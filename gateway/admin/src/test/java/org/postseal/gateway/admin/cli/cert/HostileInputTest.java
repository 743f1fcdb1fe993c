package org.postseal.gateway.admin.cli.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.admin.cli.CommandBench.NOW;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.gateway.admin.cli.CommandBench;
import org.postseal.gateway.admin.cli.support.ExitCode;

final class HostileInputTest {
    @TempDir
    private Path folder;

    private CommandBench bench;

    @BeforeEach
    void files() {
        bench = new CommandBench(folder);
    }

    @Test
    void aSubjectCanNeitherMoveTheCursorNorBeginALine() throws Exception {
        MailCertificate hostile = named("x\u001b[2J\r\nerror: \u009b31m\u202E" + "y".repeat(4000));
        Path file = bench.pem("hostile.pem", hostile);

        assertThat(bench.run("cert", "import", file)).isZero();
        assertThat(bench.out()).hasSize(2);
        for (String[] command : new String[][] {
            {"cert", "list"},
            {"cert", "list", "--json"},
            {"cert", "show", hostile.id().hex()},
            {"cert", "show", "--json", hostile.id().hex()},
            {"trust", "verify", file.toString()},
            {"cert", "remove", hostile.id().hex()}
        }) {
            bench.run((Object[]) command);
            String text = new String(bench.octets(), StandardCharsets.UTF_8);
            assertThat(text).isNotEmpty();
            assertThat(text.chars().filter(c -> c != '\n' && (Character.isISOControl(c) || c == 0x202E)))
                    .isEmpty();
            assertThat(text.lines().filter(line -> line.startsWith("error:"))).isEmpty();
        }
        List<String> details = bench.database(
                database -> database.changeLog().waiting(10).getFirst().details());
        assertThat(details).hasSize(3);
    }

    @Test
    void aBillionIterationsAreNotDone() throws IOException {
        bench.run("key", "init");
        IssuedCertificate alice = CommandBench.issue("alice@ours.example", 100);
        Pfx pfx = Pfx.getInstance(alice.pkcs12("secret".toCharArray()));
        MacData mac = new MacData(pfx.getMacData().getMac(), pfx.getMacData().getSalt(), 1_000_000_000);
        Path file = bench.write("slow.p12", new Pfx(pfx.getAuthSafe(), mac).getEncoded(ASN1Encoding.DER));
        bench.write("slow.p12.password", "secret");

        long before = System.nanoTime();
        assertThat(bench.run("key", "import", file)).isEqualTo(ExitCode.REFUSED);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(bench.err()).hasSize(2);
        assertThat(bench.count("own")).isZero();
    }

    private static MailCertificate named(String commonName) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        X500Name name = new X500NameBuilder()
                .addRDN(BCStyle.CN, new DERUTF8String(commonName))
                .build();
        return MailCertificate.of(new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.ONE,
                        Date.from(NOW.minus(Duration.ofDays(1))),
                        Date.from(NOW.plus(Duration.ofDays(1))),
                        name,
                        pair.getPublic())
                .build(new JcaContentSignerBuilder("Ed25519").build(pair.getPrivate()))
                .getEncoded());
    }
}
