package org.postseal.gateway.admin.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.testkit.Command;

/**
 * A root, an authority below it, and what they issue, all made by OpenSSL. The certificates are {@code root}, {@code
 * int}, {@code leaf} and {@code other}. The lists {@code root.crl}, {@code int.crl} and {@code another.crl} revoke
 * nobody, and {@code another.crl} comes from {@code int} too. {@code revoking.crl} revokes the leaf. {@code forged.crl}
 * was signed by somebody else in the name of {@code int}. {@code other.ocsp} says that {@code other} is good, and a
 * responder of its own signed it.
 */
final class OpensslAuthority {
    /** The mail address of {@code leaf}. */
    static final String LEAF = "leaf@partner.example";

    private final Path folder;

    OpensslAuthority(Path folder) throws IOException, InterruptedException {
        this(folder, "http://lists.invalid/");
    }

    /** @param lists the URL below which the certificates say that the lists are, under the names of their files */
    OpensslAuthority(Path folder, String lists) throws IOException, InterruptedException {
        this.folder = Files.createDirectory(folder);
        Files.writeString(
                folder.resolve("make.sh"), """
                set -eu
                key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key; }
                issue() {
                    key $1
                    openssl req -new -key $1.key -subj /CN=$1 -out $1.csr
                    openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -days 10 \\
                        -set_serial $3 -extfile $4.ext -out $1.pem
                }
                list() {
                    openssl ca -config $2.cnf -gencrl -keyfile $1.key -cert $1.pem \\
                        | openssl crl -outform DER -out $3.crl
                }
                printf '%s\\n' basicConstraints=critical,CA:true keyUsage=keyCertSign,cRLSign \\
                    crlDistributionPoints=URI:@LISTS@root.crl > authority.ext
                printf '%s\\n' keyUsage=digitalSignature extendedKeyUsage=emailProtection subjectAltName=email:@LEAF@ \\
                    crlDistributionPoints=URI:@LISTS@int.crl > leaf.ext
                printf '%s\\n' keyUsage=digitalSignature extendedKeyUsage=OCSPSigning > responder.ext
                key root
                openssl req -x509 -key root.key -subj /CN=root -days 30 -out root.pem
                issue int root 2 authority
                issue leaf int 77 leaf
                issue other int 78 leaf
                issue responder int 79 responder
                for name in good bad; do
                    echo 01 > $name.number
                    printf '%s\\n' '[ca]' default_ca=c '[c]' database=$name.index crlnumber=$name.number \\
                        default_md=sha256 default_crl_days=2 > $name.cnf
                done
                printf 'V\\t361201000000Z\\t\\t4E\\tunknown\\t/CN=other\\n' > good.index
                printf 'R\\t361201000000Z\\t251101000000Z\\t4D\\tunknown\\t/CN=leaf\\n' > bad.index
                list root good root
                list int good int
                list int good another
                list int bad revoking
                key forger
                openssl req -x509 -key forger.key -subj /CN=int -days 30 -out forger.pem
                list forger good forged
                openssl ocsp -issuer int.pem -cert other.pem -no_nonce -reqout request
                openssl ocsp -index good.index -rsigner responder.pem -rkey responder.key -CA int.pem \\
                    -reqin request -respout other.ocsp -ndays 1
                """.replace("@LISTS@", lists).replace("@LEAF@", LEAF));
        Process process = new ProcessBuilder("sh", "make.sh")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("output")))
                .isZero();
    }

    MailCertificate certificate(String name) throws Exception {
        return MailCertificate.of(CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(octets(name + ".pem")))
                .getEncoded());
    }

    /** Returns a detached signature over the octets by {@code leaf}, in DER, with the path. */
    byte[] signature(byte[] content) {
        return Command.of(
                        "openssl",
                        "cms",
                        "-sign",
                        "-binary",
                        "-outform",
                        "DER",
                        "-signer",
                        folder.resolve("leaf.pem"),
                        "-inkey",
                        folder.resolve("leaf.key"),
                        "-certfile",
                        folder.resolve("int.pem"))
                .input(content)
                .output();
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    byte[] octets(String file) throws IOException {
        return Files.readAllBytes(folder.resolve(file));
    }

    String sha256(String file) throws IOException {
        return CertificateId.of(octets(file)).hex();
    }
}
