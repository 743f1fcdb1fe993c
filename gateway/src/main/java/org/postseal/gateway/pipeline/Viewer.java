package org.postseal.gateway.pipeline;

import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.CertificateStore;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsOpener;
import org.postseal.gateway.smime.LegacyReading;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.policy.Facts;

/**
 * Gives each recipient the view it has a right to: opened with its own keys, with no others, and verified. One object per message; the same keys give the same view, and
 * nothing is opened or verified twice.
 */
final class Viewer {
    private final Inspection inspection;
    private final CertificateStore certificates;
    private final boolean mayOpen;
    private final CmsOpener opener;
    private final CryptoGate.Line line;
    private final SignatureVerifier verifier;
    private final Instant time;
    private final Spool.Scope scope;
    private final Map<List<CertificateId>, ContentView> views = new HashMap<>();
    private @Nullable Verification verification;

    Viewer(
            Inspection inspection,
            CertificateStore certificates,
            boolean mayOpen,
            CmsOpener opener,
            CryptoGate.Line line,
            SignatureVerifier verifier,
            Instant time,
            Spool.Scope scope) {
        this.inspection = inspection;
        this.certificates = certificates;
        this.mayOpen = mayOpen;
        this.opener = opener;
        this.line = line;
        this.verifier = verifier;
        this.time = time;
        this.scope = scope;
    }

    /** The view of one recipient. */
    ContentView of(MailAddress recipient) throws IOException {
        List<KeyHandle> keys =
                inspection.content() == Facts.Content.ENCRYPTED ? certificates.decryptionKeys(recipient) : List.of();
        List<CertificateId> ids =
                keys.stream().map(key -> key.certificate().id()).toList();
        ContentView known = views.get(ids);
        if (known == null) {
            known = open(keys, ids);
            views.put(ids, known);
        }
        return known;
    }

    private ContentView open(List<KeyHandle> keys, List<CertificateId> ids) throws IOException {
        if (keys.isEmpty()) {
            return view(Optional.empty(), asReceived(), ids, Optional.empty());
        }
        if (!mayOpen) {
            // Not opened and then refused by the client: the refusal would tell the sender that his ciphertext could be
            // opened
            return view(Optional.empty(), asReceived(), ids, Optional.of(UNSAFE_CHANNEL));
        }
        return switch (decrypt(keys)) {
            case OpenResult.NotEncrypted _ -> view(Optional.empty(), asReceived(), ids, Optional.empty());
            case OpenResult.NotOpened(OpenResult.Cause cause) ->
                view(Optional.empty(), asReceived(), ids, Optional.of("not opened: " + cause));
            case OpenResult.Opened opened ->
                switch (MimeScanner.scan(opened.message().message(), Budget.standard())) {
                    case Parsed.Success<MimeEntity>(MimeEntity root) ->
                        view(Optional.of(opened), verify(root), ids, Optional.empty());
                    // What was hidden in it is over our limits: nobody gets it opened
                    case Parsed.Refused<MimeEntity>(var _, String detail) ->
                        view(Optional.empty(), asReceived(), ids, Optional.of("not opened: " + detail));
                };
        };
    }

    // in turn with other connections; verification is not, since it may wait for revocation servers
    private OpenResult decrypt(List<KeyHandle> keys) throws IOException {
        try (CryptoGate.Place _ = line.enter()) {
            return opener.open(inspection.root(), keys, LegacyReading.NONE, scope);
        }
    }

    private static ContentView view(
            Optional<OpenResult.Opened> opened,
            Verification verification,
            List<CertificateId> keys,
            Optional<String> cause) {
        return new ContentView(opened, verification.verdict(), verification.digest(), keys, cause);
    }

    private Verification asReceived() {
        Verification known = verification;
        if (known == null) {
            known = verify(inspection.root());
            verification = known;
        }
        return known;
    }

    private Verification verify(MimeEntity root) {
        return verifier.check(root, inspection.from(), certificates, time);
    }

    private static final String UNSAFE_CHANNEL =
            "not opened: the next hop is neither loopback nor reached over verified TLS";
}
