package org.postseal.gateway.judges;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GpgsmPeer;
import org.postseal.gateway.testkit.NssPeer;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.SmimePeer;
import org.postseal.gateway.testkit.TestPki;

/** OpenSSL, gpgsm and NSS, which are started for each message and so are asked about one message in some. */
final class CmsJudges implements AutoCloseable {
    /** How many messages there are for one that they are asked about. */
    static final int EVERY = 25;

    private final List<SmimePeer> peers;

    CmsJudges(TestPki pki) {
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

    /** Returns what disagrees with a message that passed, by the program. */
    Map<String, String> judge(byte[] message, String entity) {
        Map<String, String> found = new LinkedHashMap<>();
        Command.Result openssl = Command.of("openssl", "cms", "-verify", "-noverify", "-inform", "SMIME")
                .input(message)
                .run();
        // What OpenSSL cannot read it does not show
        if (openssl.isSuccess() && !settled(Forge.text(openssl.output())).equals(settled(entity))) {
            found.put(
                    "openssl",
                    "shows "
                            + new String(openssl.output(), StandardCharsets.ISO_8859_1)
                                    .lines()
                                    .toList());
        }
        Optional<SmimeMail> mail = mail(message);
        for (SmimePeer peer : mail.isPresent() ? peers : List.<SmimePeer>of()) {
            SmimePeer.Verification verdict = verify(peer, mail.orElseThrow());
            switch (verdict) {
                case SmimePeer.Verification.Bad(String messages) -> found.put(peer.toString(), "bad: " + messages);
                case SmimePeer.Verification.Good good -> {
                    if (!settled(Forge.text(good.content())).equals(settled(entity))) {
                        found.put(
                                peer.toString(),
                                "shows " + Forge.text(good.content()).lines().toList());
                    }
                }
            }
        }
        return found;
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
        peers.forEach(SmimePeer::close);
    }
}
