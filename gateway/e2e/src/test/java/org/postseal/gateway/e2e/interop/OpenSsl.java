package org.postseal.gateway.e2e.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.SmimeMail;

/** {@code openssl cms} reads and writes the MIME around the CMS object as well. */
final class OpenSsl implements Peer {
    private final People people;
    private final OpenSslPeer reader;

    OpenSsl(People people) {
        this.people = people;
        this.reader = new OpenSslPeer(people.pki());
    }

    @Override
    public PeerName name() {
        return PeerName.OPENSSL;
    }

    @Override
    public String version() {
        return new String(Command.of("openssl", "version").output(), ISO_8859_1).split(" ", -1)[1];
    }

    @Override
    public Answer sign(byte[] entity, SignatureLine line, boolean clear) {
        Identity signer = people.identity(line.key());
        List<Object> words = words("-sign", "-md", digest(line));
        words.addAll(List.of("-signer", signer.certificate(), "-inkey", signer.key()));
        words.addAll(List.of("-certfile", people.pki().intermediate()));
        if (line.isPss()) {
            words.addAll(List.of("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"));
        }
        if (!clear) {
            words.add("-nodetach");
        }
        return made(words, entity);
    }

    @Override
    public Answer verify(SmimeMail message, Identity signer) {
        return Answer.of(reader.verifyMessage(message.octets()), signer);
    }

    @Override
    public Answer encrypt(byte[] entity, EncryptionLine line) {
        List<Object> words = words("-encrypt", "-provider", "default", "-provider", "legacy", cipher(line));
        if (line.settings().keyIdentifier()) {
            words.add("-keyid");
        }
        for (KeyAlgorithm recipient : line.recipients()) {
            words.addAll(List.of("-recip", people.identity(recipient).certificate()));
            if (!line.oaepDigest().isEmpty()) {
                String digest = digest(line.oaepDigest());
                words.addAll(List.of("-keyopt", "rsa_padding_mode:oaep"));
                words.addAll(List.of("-keyopt", "rsa_oaep_md:" + digest, "-keyopt", "rsa_mgf1_md:" + digest));
            }
        }
        return made(words, entity);
    }

    @Override
    public Answer decrypt(SmimeMail message, Identity owner) {
        return Answer.of(reader.decryptMessage(message.octets(), owner));
    }

    @Override
    public Answer compress(byte[] entity) {
        return made(words("-compress"), entity);
    }

    @Override
    public Answer certificates(Identity of) {
        return new Answer.Done(
                Command.of("openssl", "crl2pkcs7", "-nocrl", "-certfile", of.certificate(), "-outform", "DER")
                        .output());
    }

    @Override
    public Answer readCertificates(byte[] certificates, Identity of) {
        Command.Result printed = Command.of("openssl", "pkcs7", "-inform", "DER", "-print_certs")
                .input(certificates)
                .run();
        if (!printed.isSuccess()) {
            return new Answer.Refused(printed.messages());
        }
        return new Answer.Done(Command.of("openssl", "x509", "-outform", "DER")
                .input(printed.output())
                .output());
    }

    @Override
    public void close() {
        reader.close();
    }

    private static String cipher(EncryptionLine line) {
        return switch (line.settings().cipher()) {
            case RC2_40_CBC -> "-rc2-40-cbc";
            case DES_CBC -> "-des-cbc";
            case RC2_64_CBC -> "-rc2-64-cbc";
            case RC2_128_CBC -> "-rc2-cbc";
            case TRIPLE_DES_CBC -> "-des-ede3-cbc";
            case AES128_CBC -> "-aes-128-cbc";
            case AES192_CBC -> "-aes-192-cbc";
            case AES256_CBC -> "-aes-256-cbc";
            case AES128_GCM -> "-aes-128-gcm";
            case AES192_GCM -> "-aes-192-gcm";
            case AES256_GCM -> "-aes-256-gcm";
            case CHACHA20_POLY1305 -> "-chacha20-poly1305";
        };
    }

    private static List<Object> words(Object... more) {
        List<Object> words = new ArrayList<>(List.of("openssl", "cms", "-binary", "-crlfeol"));
        words.addAll(List.of(more));
        return words;
    }

    private static Answer made(List<Object> words, byte[] entity) {
        Command.Result result = Command.of(words).input(entity).run();
        if (!result.isSuccess()) {
            return new Answer.Refused(result.messages());
        }
        // Its base64 lines end in LF, as sendmail would have them. The message already has a MIME-Version.
        String text = new String(result.output(), ISO_8859_1)
                .replaceAll("(?<!\r)\n", "\r\n")
                .replaceFirst("^MIME-Version: 1.0\r\n", "");
        return new Answer.Done(text.getBytes(ISO_8859_1));
    }

    private static String digest(SignatureLine line) {
        return line.key() == KeyAlgorithm.ED448 ? "shake256" : digest(line.digestName());
    }

    private static String digest(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }
}
