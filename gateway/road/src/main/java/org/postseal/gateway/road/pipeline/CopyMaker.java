package org.postseal.gateway.road.pipeline;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderEdit;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smime.CmsEncryptor;
import org.postseal.gateway.smime.CmsSigner;
import org.postseal.gateway.smime.OpenResult;
import org.postseal.gateway.smime.OpenedMessage;
import org.postseal.gateway.smime.SealException;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SignatureStripper;
import org.postseal.gateway.smime.SignedMessage;
import org.postseal.gateway.smime.SignerReport;
import org.postseal.gateway.smime.protect.Enclosed;
import org.postseal.gateway.smime.protect.HeaderComposer;
import org.postseal.gateway.smime.protect.HeaderComposer.Result.Composed;
import org.postseal.gateway.smime.protect.Payload;
import org.postseal.policy.deciding.ClearPermit;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.Protection;
import org.postseal.policy.protection.SigningSettings;

/** Makes the one copy that a group of recipients shares. There is one object per message. */
final class CopyMaker {
    private final Inspection inspection;
    private final Directory directory;
    private final Readership readership;
    private final CmsSigner signer;
    private final CmsEncryptor encryptor;
    private final Instant time;
    private final Spool.Scope scope;
    private final Envelope envelope;
    private final String hostName;
    private final SignatureStripper stripper = new SignatureStripper();

    /** @param hostName our name in messages that we write ourselves */
    CopyMaker(Split split, CmsWork cms, String hostName) {
        Arrival arrival = split.decided().arrival();
        this.inspection = split.decided().inspection();
        this.directory = split.decided().directory();
        this.readership = split.readership();
        this.signer = cms.signer();
        this.encryptor = cms.encryptor();
        this.time = arrival.envelope().received();
        this.scope = arrival.scope();
        this.envelope = arrival.envelope();
        this.hostName = hostName;
    }

    Copy copy(Group group) throws IOException, SealException {
        List<String> used = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Optional<String> protectedHeader = Optional.empty();
        Sendable sendable = switch (group.decision()) {
            case Decision.Redirect _ -> Sendable.untouched(inspection.message(), permit(group));
            case Decision.Answer _ -> Sendable.untouched(answer(group), permit(group));
            case Decision.Deliver deliver ->
                switch (deliver.protection()) {
                    case Protection.Clear _, Protection.Kept _ ->
                        unprotected(group, deliver, used, notes)
                                .withHeader(deliver.changes().header());
                    case Protection.Signed(SigningSettings signing) -> {
                        Composed composed = compose(deliver, false, signing.clear());
                        protectedHeader = Optional.of(composed.text());
                        yield Sendable.signed(sign(composed.payload(), signing, used), permit(group));
                    }
                    case Protection.Encrypted(var encryption) -> {
                        Composed composed = compose(deliver, true, false);
                        protectedHeader = Optional.of(composed.text());
                        yield encryptor.encrypt(composed.payload(), readership.audience(group), encryption, scope);
                    }
                    case Protection.SignedAndEncrypted(SigningSettings signing, var encryption) -> {
                        Composed composed = compose(deliver, true, signing.clear());
                        protectedHeader = Optional.of(composed.text());
                        yield encryptor.encrypt(
                                sign(composed.payload(), signing, used), readership.audience(group), encryption, scope);
                    }
                    case Protection.TripleWrapped(SigningSettings signing, var encryption) -> {
                        Composed composed = compose(deliver, true, signing.clear());
                        protectedHeader = Optional.of(composed.text());
                        Sendable.Sealed sealed = encryptor.encrypt(
                                sign(composed.payload(), signing, used), readership.audience(group), encryption, scope);
                        yield signer.sign(sealed, signer(signing), signing, time, scope);
                    }
                };
            case Decision.Reject _, Decision.Defer _ ->
                throw new IllegalStateException("no copy is made for a refused recipient");
        };
        Optional<String> note = notes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notes));
        return new Copy(sendable, used, readers(group), note, protectedHeader, signer(group.decision()));
    }

    private RawMessage answer(Group group) {
        return group.plans()
                .getFirst()
                .basis()
                .flatMap(Basis::challenge)
                .orElseThrow()
                .answer(envelope, hostName);
    }

    private Sendable unprotected(Group group, Decision.Deliver deliver, List<String> used, List<String> notes)
            throws IOException {
        Optional<OpenResult.Opened> opened = switch (deliver.incoming()) {
            case OPEN -> group.view().opened();
            case KEEP_CLOSED, VERIFY, AS_RECEIVED -> Optional.empty();
        };
        if (leavesAttached(deliver.incoming(), group.view())) {
            return Sendable.enclosed(Enclosed.closed(inspection.root().header(), inspection.message()), permit(group));
        }
        boolean strip = deliver.changes().strip();
        if (opened.isPresent()) {
            used.add(Copy.OPENED + opened.get().key().hex());
            OpenedMessage message = opened.get().message();
            if (!strip || !group.view().isSignedInside()) {
                return Sendable.opened(message, permit(group));
            }
            // Without the signature, the fields under it would stand in the header section, or be lost.
            boolean isAuthors = group.view().isAuthors();
            Optional<OpenedMessage> stripped = isAuthors ? stripper.strip(message, scope) : Optional.empty();
            if (stripped.isEmpty()) {
                notes.add(isAuthors ? KEPT_SIGNATURE : KEPT_OVER_FIELDS);
            }
            return Sendable.opened(stripped.orElse(message), permit(group));
        }
        // Header fields that only the signature protects would be lost with it, so the signature then stays.
        boolean isSaid = group.view()
                .headers()
                .map(signed -> signed.isSaidBy(inspection.root().header()))
                .orElse(true);
        Optional<RawMessage> stripped = !strip
                ? Optional.of(inspection.message())
                : isSaid ? stripper.strip(inspection.root(), scope) : Optional.empty();
        if (stripped.isEmpty()) {
            notes.add(KEPT_SIGNATURE);
        }
        return Sendable.untouched(stripped.orElse(inspection.message()), permit(group));
    }

    /** Returns true if a ciphertext stays closed for a reason that a key of ours may have told. */
    static boolean leavesAttached(Decision.Incoming incoming, ContentView view) {
        return switch (incoming) {
            case OPEN -> view.isClosedAfterTrying();
            case KEEP_CLOSED -> true;
            case VERIFY, AS_RECEIVED -> false;
        };
    }

    /**
     * Composes what is to be protected. The policy's header edits come first, so that the protected fields are those
     * that leave. No copy that we make names a Bcc recipient (RFC 5322 §3.6.3).
     */
    private Composed compose(Decision.Deliver deliver, boolean isEncrypted, boolean isSevenBit)
            throws IOException, SealException {
        HeaderBlock header = HeaderEdit.apply(
                        inspection.root().header(), deliver.changes().header())
                .without(field -> field.is("Bcc") || field.is("Resent-Bcc"));
        HeaderComposer composer =
                new HeaderComposer(deliver.changes().protectedHeader(), isEncrypted, isSevenBit, scope);
        return switch (composer.compose(header, inspection.root())) {
            case Composed composed -> composed;
            case HeaderComposer.Result.NotHidden(String why) ->
                throw new SealException(Reason.HEADER_NOT_PROTECTED, "the Subject cannot be hidden: " + why, null);
        };
    }

    /** The certificate that signs. {@link Directory} remembers its answer for this message. */
    private Optional<MailCertificate> signer(Decision decision) {
        if (!(decision instanceof Decision.Deliver deliver)) {
            return Optional.empty();
        }
        return switch (deliver.protection()) {
            case Protection.Clear _, Protection.Kept _, Protection.Encrypted _ -> Optional.empty();
            case Protection.Signed(SigningSettings signing) -> Optional.of(certificate(signing));
            case Protection.SignedAndEncrypted(SigningSettings signing, var _) -> Optional.of(certificate(signing));
            case Protection.TripleWrapped(SigningSettings signing, var _) -> Optional.of(certificate(signing));
        };
    }

    private MailCertificate certificate(SigningSettings signing) {
        MailAddress from = inspection.from().orElseThrow();
        Optional<KeyHandle> key = switch (signing.signer()) {
            case OWN -> directory.signingKeyOf(from, signing.keyPlace());
            case DOMAIN -> directory.domainKeyOf(from, signing.keyPlace());
        };
        return key.orElseThrow().certificate();
    }

    private SignedMessage sign(Payload payload, SigningSettings signing, List<String> used)
            throws IOException, SealException {
        CmsSigner.Signer sender = signer(signing);
        used.add("sign:" + sender.key().certificate().id().hex());
        return signer.sign(payload, sender, signing, time, scope);
    }

    private CmsSigner.Signer signer(SigningSettings signing) {
        // The Directory object remembers what it told the policy, so a decision to sign always finds its key.
        MailAddress from = inspection.from().orElseThrow();
        return switch (signing.signer()) {
            case OWN -> {
                KeyHandle key = directory.signingKeyOf(from, signing.keyPlace()).orElseThrow();
                yield new CmsSigner.Signer(key, directory.forAnswersTo(from, key), root(key, signing));
            }
            case DOMAIN -> {
                KeyHandle key = directory.domainKeyOf(from, signing.keyPlace()).orElseThrow();
                yield new CmsSigner.Signer(
                        key, directory.forAnswersTo(from), root(key, signing), SignerReport.Role.DOMAIN);
            }
        };
    }

    private Optional<MailCertificate> root(KeyHandle key, SigningSettings signing) {
        return switch (signing.certificates()) {
            case NONE, OWN, CHAIN -> Optional.empty();
            case CHAIN_AND_ROOT -> directory.rootOf(key);
        };
    }

    private List<String> readers(Group group) {
        List<String> readers = new ArrayList<>();
        readership
                .readers(group)
                .forEach((reader, certificates) -> certificates.forEach(
                        each -> readers.add(reader + ":" + each.id().hex())));
        return readers;
    }

    private static ClearPermit permit(Group group) {
        return ClearPermit.join(group.plans().stream()
                .map(plan -> plan.ruling().flatMap(Ruling::clearPermit).orElseThrow())
                .toList());
    }

    private static final String KEPT_SIGNATURE =
            "the signature was not taken off: without it, the content cannot be carried";
    private static final String KEPT_OVER_FIELDS =
            "the signature was not taken off: others than the author may be answered";
}
