package org.postseal.gateway.fuzz;

import static org.postseal.gateway.fuzz.Target.demand;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.SignatureStripper;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.TrustingStore;
import org.postseal.policy.protection.SigningSettings;

/**
 * Verifies a signed-data alone, beside the content that Alice has signed, and beside another one. She signs nothing
 * else, so whatever is valid must be hers, and for her content.
 */
final class SignedDataTarget implements Target {
    private final SignatureVerifier verifier = new SignatureVerifier();
    private final SignatureStripper stripper = new SignatureStripper();
    private final TrustingStore store = new TrustingStore(Keys.ROOT.certificate());
    private final RawMessage clear;
    private final RawMessage altered;
    private final byte[] stripped;

    SignedDataTarget() {
        try {
            clear = signed(true);
            String text = new String(clear.toByteArray(), StandardCharsets.ISO_8859_1);
            altered = RawMessage.of(text.replace("Pay 100", "Pay 900").getBytes(StandardCharsets.ISO_8859_1));
            stripped = stripped(clear);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String take(byte[] octets) throws IOException {
        demand(!isValid(Letters.withSignature(altered, octets)), "no signature is valid for other content");
        RawMessage opaque = Letters.opaque(octets);
        if (isValid(opaque)) {
            demand(Arrays.equals(stripped(opaque), stripped), "a valid signature contains what was signed");
            return "valid";
        }
        return isValid(Letters.withSignature(clear, octets)) ? "valid" : "invalid";
    }

    private boolean isValid(RawMessage message) throws IOException {
        SignatureVerdict verdict = verifier.verify(Letters.scan(message), Letters.author(), store, Keys.NOW);
        if (verdict instanceof SignatureVerdict.Valid(var signer, var path)) {
            demand(signer.equals(Keys.ALICE.certificate()), "a valid signature is by the certificate that made it");
            demand(path.getLast().equals(Keys.ROOT.certificate()), "its path ends at the anchor");
            return true;
        }
        return false;
    }

    private byte[] stripped(RawMessage message) throws IOException {
        try (Spool.Scope scope = Letters.scope()) {
            Optional<RawMessage> content = stripper.strip(Letters.scan(message), scope);
            return content.isEmpty() ? new byte[0] : content.get().toByteArray();
        }
    }

    private static RawMessage signed(boolean isClear) throws Exception {
        SigningSettings settings =
                new SigningSettings(SigningSettings.Digest.SHA256, SigningSettings.RsaPadding.PKCS1, isClear);
        try (Spool.Scope scope = Letters.scope()) {
            RawMessage message = new CmsSigner()
                    .sign(Letters.PLAIN, Letters.header(Letters.PLAIN), Keys.ALICE.handle(), settings, Keys.NOW, scope)
                    .message();
            return RawMessage.of(message.toByteArray());
        }
    }

    @Override
    public Map<String, byte[]> made() throws Exception {
        MimeEntity signature = Letters.scan(clear).parts().getLast();
        return Map.of(
                "valid-detached",
                Letters.object(signature),
                "valid-opaque",
                Letters.object(Letters.scan(signed(false))));
    }

    @Override
    public List<String> samples() {
        return List.of("rfc4134/4*.bin", "pqc/ml-dsa/*attrs.pem", "bouncycastle/*.{p7m,sig}");
    }
}
