package org.postseal.gateway.judges;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.postseal.gateway.testkit.GpgsmPeer;
import org.postseal.gateway.testkit.NssPeer;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.TestPki;

/** OpenSSL, gpgsm and NSS, which are started for each message and so are asked about one message in some. */
final class CmsJudges implements AutoCloseable {
    /** How many messages there are for one that they are asked about. */
    static final int EVERY = 25;

    /** What OpenSSL and gpgsm say of what they cannot read; they do not show it. */
    private static final Pattern UNREAD =
            Pattern.compile("Error reading SMIME Content Info|ksba_cms_parse failed: Unsupported encoding");

    private final OpenSslPeer openssl;
    private final List<SmimePeer> peers;
    private final Map<String, Integer> answers = new TreeMap<>();

    CmsJudges(TestPki pki) {
        this.openssl = new OpenSslPeer(pki);
        this.peers = List.of(new GpgsmPeer(pki), new NssPeer(pki));
    }

    /** Returns the content of a signed-data, as far as the octets begin with one. */
    static Optional<String> content(byte[] cms) {
        try {
            CMSSignedData data = new CMSSignedData(new java.io.ByteArrayInputStream(cms));
            return Optional.ofNullable(data.getSignedContent())
                    .map(content -> Forge.text((byte[]) content.getContent()));
        } catch (CMSException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Returns true if the octets begin with a CMS object and go on behind it. */
    static boolean isFollowed(byte[] cms) {
        try (ASN1InputStream in = new ASN1InputStream(cms)) {
            return in.readObject() instanceof ASN1Sequence && in.read() >= 0;
        } catch (IOException spoilt) {
            return false;
        }
    }

    /** Returns what disagrees with a message that passed, by the program. */
    Map<String, String> judge(byte[] message, String entity) {
        Map<String, String> found = new LinkedHashMap<>();
        verify(message).forEach((who, verdict) -> {
            answers.merge(who, 1, Integer::sum);
            switch (verdict) {
                case SmimePeer.Verification.Bad(String messages) -> found.put(who, "bad: " + messages);
                case SmimePeer.Verification.Good(byte[] content, var _) -> {
                    if (!settled(Forge.text(content)).equals(settled(entity))) {
                        found.put(who, "shows " + Forge.text(content).lines().toList());
                    }
                }
            }
        });
        return found;
    }

    /** Returns how many of the messages that passed each of them could read. */
    Map<String, Integer> answers() {
        return Map.copyOf(answers);
    }

    /** Returns what each of them that can read the message says of its signature. */
    Map<String, SmimePeer.Verification> verify(byte[] message) {
        Map<String, SmimePeer.Verification> verdicts = new LinkedHashMap<>();
        verdicts.put(openssl.toString(), openssl.verifyMessage(message));
        mail(message).ifPresent(mail -> peers.forEach(peer -> verdicts.put(peer.toString(), verify(peer, mail))));
        verdicts.values()
                .removeIf(verdict -> verdict instanceof SmimePeer.Verification.Bad(String why)
                        && UNREAD.matcher(why).find());
        return verdicts;
    }

    /** The message where the kit's simple reader finds its parts; it is not for odd ones. */
    private static Optional<SmimeMail> mail(byte[] message) {
        try {
            SmimeMail mail = new SmimeMail(message);
            byte[] _ = mail.kind().equals("multipart/signed") ? mail.signature() : mail.cms();
            return Optional.of(mail);
        } catch (AssertionError | IllegalArgumentException odd) {
            return Optional.empty();
        }
    }

    private static SmimePeer.Verification verify(SmimePeer peer, SmimeMail mail) {
        return mail.kind().equals("multipart/signed")
                ? peer.verifyDetached(mail.signature(), mail.signedContent())
                : peer.verifyOpaque(mail.cms());
    }

    private static String settled(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n').strip();
    }

    @Override
    public void close() {
        openssl.close();
        peers.forEach(SmimePeer::close);
    }
}
