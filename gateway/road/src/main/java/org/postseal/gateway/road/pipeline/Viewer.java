package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.MimeScanner;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Believed;
import org.postseal.gateway.smime.LayerVerdict;
import org.postseal.gateway.smime.LegacyReading;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier.Verification;
import org.postseal.gateway.smime.SignedParts;
import org.postseal.gateway.smime.VerifiedSigner;
import org.postseal.gateway.smime.protect.Answers;
import org.postseal.gateway.smime.protect.HeaderReading;
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.policy.deciding.ReadingRights;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling;

/**
 * Gives each recipient the view of the message that they have a right to: opened with their own keys only, and verified
 * by their own right to old mail. There is one object per message. The same keys and rights give the same view, and
 * other rights give another view only if something in the message is old.
 */
final class Viewer {
    private final Inspection inspection;
    private final Arrival arrival;
    private final CertificateStore certificates;
    private final CmsWork cms;
    private final Function<MailAddress, OpenedPassage> outside;
    private final Signatures signatures;
    private final PartSignatures parts;
    private final Map<Right, ContentView> views = new HashMap<>();
    private final Map<Keys, ContentView> viewsForAll = new HashMap<>();

    /** @param outside says whether opened mail may leave for a recipient */
    Viewer(Inspected inspected, Witness certificates, CmsWork cms, Function<MailAddress, OpenedPassage> outside) {
        this.inspection = inspected.inspection();
        this.arrival = inspected.arrival();
        this.certificates = certificates;
        this.cms = cms;
        this.outside = outside;
        this.signatures = new Signatures(
                inspection, cms.verifier(), certificates, arrival.envelope().received());
        this.parts = new PartSignatures(
                inspection, cms.verifier(), certificates, arrival.envelope().received());
    }

    /**
     * The rights of a recipient to a message.
     *
     * @param usable the keys that may open it
     * @param old the old encryption that may be opened for them
     * @param believed the signatures that may be believed for them
     */
    private record Right(Keys usable, LegacyReading old, Believed believed) {
        List<CertificateId> keys() {
            return usable.ids();
        }
    }

    /**
     * The keys a recipient can use.
     *
     * @param passage whether opened mail may leave for this recipient; open if there are no keys
     */
    private record Keys(List<CertificateId> ids, OpenedPassage passage) {}

    /**
     * The view of one recipient.
     *
     * @param rights asked only if the message has layers, and then before any layer is opened, whatever the layers hold
     */
    Seen of(MailAddress recipient, Supplier<ReadingRights> rights) throws IOException {
        ReadingRights beyond = inspection.layers().all().isEmpty() ? ReadingRights.NONE : rights.get();
        List<KeyHandle> keys =
                inspection.content() == Facts.Content.ENCRYPTED ? certificates.decryptionKeys(recipient) : List.of();
        Keys usable = new Keys(
                keys.stream().map(key -> key.certificate().id()).toList(),
                // A next hop may have to be asked, so this is done only if there are keys.
                keys.isEmpty() ? OpenedPassage.Open.ANY : outside.apply(recipient));
        Right right = new Right(
                usable,
                new LegacyReading(beyond.legacy(), beyond.headerlessBy().isPresent()),
                new Believed(beyond.legacy(), beyond.domainSignatures()));
        ContentView forAll = viewsForAll.get(usable);
        ContentView known = forAll == null ? views.get(right) : forAll;
        if (known == null) {
            known = open(keys, right);
            if (OldMail.isUntouched(known, inspection)) {
                viewsForAll.put(usable, known);
            } else {
                views.put(right, known);
            }
        }
        return new Seen(known, OldMail.of(known, inspection, beyond));
    }

    /**
     * Tells whether a signature stands around the ciphertext that is valid for From whatever a recipient's policy
     * believes. Everybody can see it without a key.
     */
    boolean isSignedOutside() {
        return inspection.layers().ciphertext().isPresent()
                && !inspection.layers().signatures().isEmpty()
                && signatures.asReceived(Believed.NOTHING).verification().verdict() instanceof SignatureVerdict.Valid;
    }

    /**
     * The view of one recipient, with remarks for the records.
     *
     * @param old says for the records what depended on the recipient's right to old mail
     */
    record Seen(ContentView view, List<String> old) {}

    private ContentView open(List<KeyHandle> keys, Right right) throws IOException {
        if (keys.isEmpty()) {
            return notOpened(right, Handling.Closed.NO_KEY, Optional.empty());
        }
        // The message is left closed, instead of being opened and then refused by the client: such a refusal would tell
        // the sender that the ciphertext could be opened.
        Optional<String> why = barred(right, inspection.message());
        if (why.isPresent()) {
            return notOpened(right, Handling.Closed.NEXT_HOP_UNSAFE, why);
        }
        return switch (decrypt(keys, right.old())) {
            case OpenResult.NotEncrypted _ -> notOpened(right, Handling.Closed.MALFORMED, Optional.empty());
            case OpenResult.NotOpened(OpenResult.Cause cause) ->
                cause == OpenResult.Cause.LIMIT_EXCEEDED
                        ? tooMuch(right, "not opened: " + cause)
                        : notOpened(right, closed(cause), Optional.of("not opened: " + cause));
            case OpenResult.Opened opened ->
                switch (MimeScanner.scan(opened.message().message(), Budget.standard())) {
                    case Parsed.Success<MimeEntity>(MimeEntity root) -> openedOrNot(opened, root, right);
                    // The hidden content exceeds our limits, so nobody gets it opened.
                    case Parsed.Refused<MimeEntity>(var _, String detail) -> overLimits(opened, right, detail);
                };
        };
    }

    /**
     * Says why a message must not leave as an opened one. It is asked of the message as it came, before anything is
     * opened, and of the opened one: whatever may be said against one of them leaves the message closed, so that the
     * reply is the same for a ciphertext that opens and for one that does not. One that stays closed leaves with its
     * header section twice, so that section is added.
     */
    private Optional<String> barred(Right right, RawMessage message) {
        return switch (right.usable().passage()) {
            case OpenedPassage.Barred(String why) -> Optional.of(why);
            case OpenedPassage.Open(long octets) ->
                message.size() + inspection.root().header().size() > octets - OUR_FIELDS
                        ? Optional.of(
                                "not opened: the next hop takes " + octets + " octets, and the message may have more")
                        : Optional.empty();
        };
    }

    // Decryption takes turns with other connections. Verification does not, since it may wait for revocation servers.
    private OpenResult decrypt(List<KeyHandle> keys, LegacyReading old) throws IOException {
        try (CryptoGate.Place _ = cms.turn(arrival)) {
            MimeEntity ciphertext = inspection.layers().ciphertext().orElse(inspection.root());
            return cms.opener().open(ciphertext, keys, old, arrival.scope());
        }
    }

    private ContentView openedOrNot(OpenResult.Opened opened, MimeEntity root, Right right) throws IOException {
        try {
            return opened(opened, root, right);
        } catch (StoreUnavailableException | UncheckedIOException | GivenUpException ourFault) {
            throw ourFault;
        } catch (RuntimeException | StackOverflowError unforeseen) {
            // If the message were deferred here, the sender would learn that the ciphertext could be opened.
            return notOpened(
                    right,
                    Handling.Closed.INTERNAL_ERROR,
                    Optional.of("not opened: " + unforeseen.getClass().getName()));
        }
    }

    private ContentView opened(OpenResult.Opened opened, MimeEntity root, Right right) throws IOException {
        OpenedContent content = OpenedContent.of(opened, root, inspection, arrival.scope());
        if (content.excess().isPresent()) {
            return overLimits(opened, right, content.excess().get());
        }
        Signatures.Found asReceived = signatures.asReceived(right.believed());
        List<VerifiedSigner> good = new ArrayList<>();
        List<LayerVerdict> inside = verdicts(content, right, good);
        boolean isSigned = !content.signatures().isEmpty();
        boolean isSignedInside = isSigned
                && !content.inside().isInDoubt()
                && inside.stream().anyMatch(layer -> layer.verdict() instanceof SignatureVerdict.Valid);
        boolean isAlone = content.isSignedAlone();
        // The outermost signature covers all that stands in it.
        boolean isWhole = isAlone && inside.getFirst().verification().isIntact();
        boolean isVouchedFor = opened.isAuthenticated() || (isSignedInside && isWhole);
        boolean isAuthors = isAuthors(content, isSignedInside, isVouchedFor);
        // What stays at the root has octets that nobody can guess: those of a signature.
        boolean isSignedBySomebody =
                isAlone && !inside.getFirst().verification().signers().isEmpty();
        boolean isEnclosed = !isAuthors && !isWhole && !(isSignedBySomebody && opened.isAuthenticated());
        OpenResult.Opened rebuilt = content.rebuilt(
                isAuthors, isEnclosed ? Optional.of(inspection.root().header()) : Optional.empty(), arrival.scope());
        Optional<String> tooBig = barred(right, rebuilt.message().message());
        if (tooBig.isPresent()) {
            return notOpened(right, Handling.Closed.LIMIT_EXCEEDED, tooBig);
        }
        ContentView.Trust trust = isVouchedFor
                ? ContentView.Trust.NO_DOUBT
                : new ContentView.Trust(true, isWhole ? Optional.empty() : content.suspicion());
        boolean mayTell = opened.isAuthenticated() || !isEnclosed;
        ContentView view = ContentView.of(
                right.keys(),
                new ContentView.Opened(rebuilt, trust, isAuthors),
                found(asReceived, content, inside, mayTell),
                parts.inside(content.inside()));
        if (!mayTell || trust.suspicion().isPresent()) {
            return unlessVerdictTells(view, right);
        }
        if (view.verdict() instanceof SignatureVerdict.Valid) {
            cms.verifier().tell(good);
        }
        return view;
    }

    /** Returns the verdict on each signature inside, from the outside in, or on what only some programs read as one. */
    private List<LayerVerdict> verdicts(OpenedContent content, Right right, List<VerifiedSigner> good) {
        if (!content.signatures().isEmpty()) {
            return content.signatures().stream()
                    .map(layer -> new LayerVerdict(
                            layer.section(), true, signatures.inside(layer.entity(), right.believed(), good)))
                    .toList();
        }
        Verification rest = signatures.inside(content.root(), right.believed(), good);
        return rest.verdict() instanceof SignatureVerdict.Unsigned
                ? List.of()
                : List.of(new LayerVerdict(inspection.layers().all().getLast().section() + "/1", true, rest));
    }

    /**
     * Returns the signatures of a message as it came, and those inside. If the inside says nothing of its own, and the
     * verdict may not tell that it was opened, a doubt about the message as it came stays.
     */
    private static Signatures.Found found(
            Signatures.Found asReceived, OpenedContent content, List<LayerVerdict> inside, boolean mayTell) {
        boolean isSilent = inside.isEmpty()
                && !content.inside().isInDoubt()
                && content.headers()
                        .filter(fields -> fields.from() == HeaderReading.From.DIFFERENT)
                        .isEmpty();
        if (isSilent && !mayTell) {
            return new Signatures.Found(asReceived.layers(), asReceived.verification(), content.headers());
        }
        List<LayerVerdict> all = new ArrayList<>(asReceived.layers());
        all.addAll(inside);
        return new Signatures.Found(
                all, Signatures.doubted(LayerVerdict.summary(all), content.inside()), content.headers());
    }

    /**
     * Leaves content closed if nothing shows that it is unchanged, and the verdict or its layers are not those of the
     * message as it came. Otherwise, the verdict would tell that its padding was right.
     */
    private ContentView unlessVerdictTells(ContentView view, Right right) {
        ContentView closed = notOpened(
                right,
                Handling.Closed.NOT_DECRYPTED,
                Optional.of("not opened: it may have been changed, and a signature or a From inside does not fit"));
        boolean isAsItCame = closed.verdict().equals(view.verdict())
                && closed.layers().size() == view.layers().size();
        return isAsItCame ? view : closed;
    }

    /**
     * True if nobody but the author of the message gets a bounce or an answer. The author is the From inside the
     * encryption, if a tag or a valid signature shows that nobody has put it there who only had the ciphertext. The
     * From outside counts only if a valid signature inside was made by that address.
     */
    private boolean isAuthors(OpenedContent content, boolean isSignedInside, boolean isVouchedFor) {
        Optional<MailAddress> author = content.headers()
                .flatMap(HeaderReading::innerFrom)
                .or(() -> isSignedInside ? inspection.from() : Optional.empty())
                .filter(_ -> isVouchedFor);
        return author.filter(this::isBouncedTo)
                .filter(address -> new Answers(address, content.headers())
                        .goToAlone(inspection.root().header()))
                .isPresent();
    }

    /** True if nobody else gets a bounce. */
    private boolean isBouncedTo(MailAddress author) {
        return arrival.envelope().reversePath().mailbox().map(author::equals).orElse(true);
    }

    private static Handling.Closed closed(OpenResult.Cause cause) {
        return switch (cause) {
            case NO_KEY -> Handling.Closed.NO_KEY;
            case CIPHER_NOT_ALLOWED -> Handling.Closed.CIPHER_NOT_ALLOWED;
            case KEY_WRAP_NOT_ALLOWED -> Handling.Closed.KEY_WRAP_NOT_ALLOWED;
            case KEY_METHOD_UNKNOWN -> Handling.Closed.KEY_METHOD_UNKNOWN;
            case NOT_DECRYPTED -> Handling.Closed.NOT_DECRYPTED;
            case NOT_MIME -> Handling.Closed.NOT_MIME;
            case NOT_CARRIABLE -> Handling.Closed.NOT_CARRIABLE;
            case MALFORMED -> Handling.Closed.MALFORMED;
            case LIMIT_EXCEEDED -> Handling.Closed.LIMIT_EXCEEDED;
        };
    }

    private ContentView notOpened(Right right, Handling.Closed closed, Optional<String> cause) {
        return ContentView.of(
                right.keys(),
                new ContentView.Closed(closed, cause),
                signatures.asReceived(right.believed()),
                parts.asReceived());
    }

    /** Without a tag, the message has the verdict of one that is not decrypted, since its padding may be a guess. */
    private ContentView overLimits(OpenResult.Opened opened, Right right, String detail) {
        String cause = "not opened: " + detail;
        return opened.isAuthenticated()
                ? tooMuch(right, cause)
                : notOpened(right, Handling.Closed.LIMIT_EXCEEDED, Optional.of(cause));
    }

    /** The message stays as received, and nothing is claimed about its signatures. */
    private static ContentView tooMuch(Right right, String cause) {
        return ContentView.of(
                right.keys(),
                new ContentView.Closed(Handling.Closed.LIMIT_EXCEEDED, Optional.of(cause)),
                Signatures.Found.TOO_MUCH,
                SignedParts.NONE);
    }

    /** The most octets that our own header fields add to a message. */
    private static final long OUR_FIELDS = 16 << 10;
}
