package org.postseal.gateway.e2e.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.NssPeer;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer.Verification;

/**
 * {@code cmsutil} of NSS, the library of Thunderbird. It knows no MIME, lets nobody choose the cipher, and signs with
 * the padding that the key has.
 */
final class Nss implements Peer {
    private static final Pattern LIBRARY_VERSION = Pattern.compile("library-version=([0-9.]+)");

    private final People people;
    private final NssPeer nss;

    Nss(People people) {
        this.people = people;
        this.nss = new NssPeer(people.pki());
    }

    @Override
    public PeerName name() {
        return PeerName.NSS;
    }

    @Override
    public String version() {
        Matcher version = LIBRARY_VERSION.matcher(new String(nss.modules().output(), ISO_8859_1));
        if (!version.find()) {
            throw new AssertionError("modutil names no version");
        }
        return version.group(1);
    }

    @Override
    public Answer sign(byte[] entity, SignatureLine line, boolean clear) {
        if (line.isPss()) {
            return new Answer.NotAskable();
        }
        Command.Result result =
                nss.sign(entity, people.identity(line.key()), line.digestName().replace("-", ""), !clear);
        return Answer.made(result, cms -> clear ? Wrapping.clear(entity, cms) : Wrapping.opaque("signed-data", cms));
    }

    @Override
    public Answer verify(SmimeMail message, Identity signer) {
        Verification verification = Wrapping.isClear(message)
                ? nss.verifyDetached(message.signature(), message.signedContent())
                : nss.verifyOpaque(message.cms());
        return Answer.of(verification, signer);
    }

    @Override
    public Answer encrypt(byte[] entity, EncryptionLine line) {
        // NSS chooses the cipher itself, so the result may belong to another line.
        return Answer.made(
                nss.envelop(
                        entity, line.recipients().stream().map(people::identity).toList()),
                cms -> Wrapping.opaque("enveloped-data", cms));
    }

    @Override
    public Answer decrypt(SmimeMail message, Identity reader) {
        return Answer.of(nss.decrypt(message.cms(), reader));
    }

    @Override
    public Answer compress(byte[] entity) {
        return new Answer.NotAskable();
    }

    @Override
    public Answer certificates(Identity of) {
        return Answer.made(nss.certificates(of), UnaryOperator.identity());
    }

    @Override
    public Answer readCertificates(byte[] certificates, Identity of) {
        return Answer.made(nss.readCertificates(certificates), UnaryOperator.identity());
    }

    @Override
    public void close() {
        nss.close();
    }
}
