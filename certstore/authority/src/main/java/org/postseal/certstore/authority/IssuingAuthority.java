package org.postseal.certstore.authority;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.authority.CaException.Kind;
import org.postseal.certstore.authority.lint.CertificateLint;
import org.postseal.certstore.authority.lint.Finding;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.revocation.OcspQuestion;

/** An authority whose intermediate keys are open. It issues, revokes, and signs lists. Not thread-safe. */
public final class IssuingAuthority {
    /** The longest validity of a certificate: §6.3.2 of the Baseline Requirements, for the generation Strict. */
    public static final int MAX_DAYS = 825;
    /** The longest validity of a list is ten days (§4.9.7); a new one is due after seven. */
    public static final Duration LIST_VALID = Duration.ofDays(10);
    /** How long OCSP answers count unless somebody has said otherwise. */
    public static final Duration ANSWERS_VALID = Duration.ofMinutes(15);

    private final CaFolder folder;
    private final Map<Intermediate, KeyMaterial> keys;
    private final Templates templates;

    /**
     * @param keys the keys of the intermediates whose lists are to be signed; the last intermediate is among them
     *     unless it has expired
     */
    IssuingAuthority(CaFolder folder, Map<Intermediate, KeyMaterial> keys) {
        this.folder = folder;
        this.keys = keys;
        this.templates = new Templates(folder.settings(), folder.hasResponder());
    }

    /** The key that a certificate is for. */
    public sealed interface Subject {
        /** The authority makes a new key. */
        record Fresh(KeyAlgorithm algorithm) implements Subject {}

        /**
         * A key that has signed a request.
         *
         * @param isOurs whether the key is in our store, and not with its owner
         */
        record Requested(SigningRequest request, boolean isOurs) implements Subject {}
    }

    /**
     * A certificate to be issued.
     *
     * @param addresses at least one; the caller has checked that they belong to the organization
     */
    public record Order(List<MailAddress> addresses, Profile profile, Subject subject) {
        public Order {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalArgumentException("a certificate is for an address");
            }
        }
    }

    /**
     * A certificate that was issued.
     *
     * @param key the new key; empty if its owner keeps it
     */
    public record Issued(IssuedEntry entry, MailCertificate certificate, Optional<KeyMaterial> key) {}

    /**
     * Issues all certificates, or none.
     *
     * @param days the validity; it is shorter if the intermediate ends before
     * @throws CaException REFUSED when the intermediate is not valid now, a key cannot do what the profile says, or the
     *     lint finds an error
     */
    public List<Issued> issue(List<Order> orders, int days, Instant now) throws CaException {
        Instant from = now.truncatedTo(ChronoUnit.SECONDS);
        MailCertificate issuer = folder.issuer();
        if (from.isBefore(issuer.notBefore()) || from.isAfter(issuer.notAfter())) {
            throw refused(notValid(issuer));
        }
        if (folder.revokedIntermediates().contains(folder.intermediate())) {
            throw refused("the intermediate is revoked, and signs nothing: postseal ca renew-intermediate");
        }
        Instant wanted = from.plus(Duration.ofDays(days)).minusSeconds(1);
        Instant to = wanted.isAfter(issuer.notAfter()) ? issuer.notAfter() : wanted;
        List<Issued> issued = new ArrayList<>();
        for (Order order : orders) {
            issued.add(make(order, from, to));
        }
        folder.add(
                issued.stream().map(Issued::entry).toList(),
                issued.stream().map(Issued::certificate).toList());
        return List.copyOf(issued);
    }

    static String notValid(MailCertificate issuer) {
        return "the intermediate is valid from " + issuer.notBefore() + " until " + issuer.notAfter()
                + ", and signs nothing now";
    }

    /**
     * Revokes all of these certificates, or none. The next list names them.
     *
     * @throws CaException REFUSED when a certificate was not issued here or is revoked already, or the reason is not
     *     for users' certificates
     */
    public void revoke(List<IssuedEntry> entries, RevocationReason reason, Instant now) throws CaException {
        if (!REASONS.contains(reason)) {
            // Baseline Requirements §7.2.2: the generation Strict has no hold. The other reasons are about authorities
            // or lists.
            throw refused("reason " + reason + " is not for users' certificates");
        }
        IssuedEntry.Revocation word = new IssuedEntry.Revocation(now.truncatedTo(ChronoUnit.SECONDS), reason);
        CaIndex next = folder.index();
        for (IssuedEntry each : entries) {
            IssuedEntry known = next.find(each.serial())
                    .orElseThrow(() -> refused("serial number " + each.serialHex() + " was not issued here"));
            if (known.revocation().isPresent()) {
                throw refused("certificate " + known.serialHex() + " was revoked on "
                        + known.revocation().get().when() + " already");
            }
            next = next.revoked(known.serial(), word);
        }
        folder.replace(next);
    }

    /**
     * Signs new lists that are valid as long as the last one was, puts them where others fetch them, and returns their
     * octets.
     */
    public Map<Intermediate, byte[]> publishList(Instant now) throws CaException {
        return publishList(
                now, RootList.lifetime(folder.publicFile(folder.intermediate().list())));
    }

    /**
     * Signs new lists like {@link #publishList(Instant)}, but with another validity.
     *
     * @param valid how long the lists are valid, and so how late somebody who has one may learn of a revocation; {@link
     *     #LIST_VALID} at most
     */
    public Map<Intermediate, byte[]> publishList(Instant now, Duration valid) throws CaException {
        if (valid.compareTo(LIST_VALID) > 0 || valid.isNegative() || valid.isZero()) {
            throw refused("a list counts ten days at most");
        }
        // The number is stored first, so that none is ever used twice.
        folder.replace(folder.index().withNextList());
        Map<Intermediate, byte[]> lists = new LinkedHashMap<>();
        for (Map.Entry<Intermediate, KeyMaterial> each : keys.entrySet()) {
            Intermediate signer = each.getKey();
            List<RevocationListMaker.Revoked> revoked = folder.index().entries().stream()
                    .filter(entry -> entry.issuer() == signer.number()
                            && entry.revocation().isPresent())
                    // RFC 5280 §3.3: an entry stays until one list after the certificate's end.
                    .filter(entry -> entry.notAfter().plus(LIST_VALID).isAfter(now))
                    .map(RevocationListMaker.Revoked::of)
                    .toList();
            byte[] list = RevocationListMaker.make(
                    signer.certificate(), each.getValue(), folder.index().lists(), now, valid, revoked);
            folder.publish(signer.list(), list);
            lists.put(signer, list);
        }
        return lists;
    }

    /**
     * OCSP answers that were signed just now.
     *
     * @param count the number of all
     * @param until their nextUpdate
     * @param revoked those about revoked certificates, by what they answer
     */
    public record Answers(int count, Instant until, Map<OcspQuestion, byte[]> revoked) {}

    /** Signs new OCSP answers that count as long as the last ones did, if there were any. */
    public Optional<Answers> renewAnswers(Instant now) throws CaException {
        return folder.hasResponder() ? Optional.of(publishAnswers(now, Optional.empty())) : Optional.empty();
    }

    /**
     * Signs an OCSP answer about each certificate that has not expired, and puts the answers where others fetch them.
     *
     * @param valid how long they count, and so how late somebody may learn of a revocation; empty for as long as the
     *     last ones, or {@link #ANSWERS_VALID} at first
     */
    public Answers publishAnswers(Instant now, Optional<Duration> valid) throws CaException {
        Instant from = now.truncatedTo(ChronoUnit.SECONDS);
        Optional<Duration> last = valid.isEmpty() && folder.hasResponder()
                ? new OcspResponder(folder.publicFolder()).lifetime()
                : Optional.empty();
        Instant to = from.plus(valid.or(() -> last).orElse(ANSWERS_VALID));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Map<OcspQuestion, byte[]> revoked = new LinkedHashMap<>();
        int count = 0;
        for (Map.Entry<Intermediate, KeyMaterial> each : keys.entrySet()) {
            OcspSigner signer = new OcspSigner(templates, each.getKey(), each.getValue(), from, to);
            for (IssuedEntry entry : folder.index().entries()) {
                if (entry.issuer() == each.getKey().number()
                        && entry.notAfter().plus(LIST_VALID).isAfter(now)) {
                    byte[] answer = signer.answer(entry);
                    all.writeBytes(answer);
                    count++;
                    if (entry.revocation().isPresent()) {
                        revoked.put(signer.question(entry), answer);
                    }
                }
            }
        }
        folder.publish(CaSettings.OCSP_ANSWERS, all.toByteArray());
        return new Answers(count, to, revoked);
    }

    private Issued make(Order order, Instant from, Instant to) throws CaException {
        Optional<KeyMaterial> fresh = order.subject() instanceof Subject.Fresh(KeyAlgorithm algorithm)
                ? Optional.of(KeyMaterial.generate(algorithm))
                : Optional.empty();
        SubjectPublicKeyInfo publicKey;
        PublicKeyKind kind;
        boolean isOurs = true;
        if (order.subject() instanceof Subject.Requested(SigningRequest request, boolean isKept)) {
            publicKey = request.key();
            kind = request.kind();
            isOurs = isKept;
        } else {
            publicKey = fresh.orElseThrow().publicKey();
            kind = fresh.orElseThrow().kind();
        }
        if (!isPossible(order.profile(), kind)) {
            throw refused("a key of kind " + word(kind) + " is not for profile " + name(order.profile()) + ", only for "
                    + Stream.of(Profile.values())
                            .filter(each -> isPossible(each, kind))
                            .map(IssuingAuthority::name)
                            .collect(Collectors.joining(" or ")));
        }
        Intermediate signer = folder.intermediate();
        KeyMaterial key = Optional.ofNullable(keys.get(signer)).orElseThrow();
        MailCertificate certificate = CertificateAuthority.sign(
                templates.subscriber(
                        publicKey, kind, signer, key.publicKey(), order.addresses(), order.profile(), from, to),
                key);
        List<Finding> errors = CertificateLint.check(certificate).stream()
                .filter(each -> each.severity() == Finding.Severity.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            throw refused("the certificate for " + order.addresses().getFirst() + " would be wrong: "
                    + errors.stream().map(Finding::text).collect(Collectors.joining("; ")));
        }
        IssuedEntry entry = new IssuedEntry(
                certificate.serialNumber(),
                certificate.id(),
                certificate.notBefore(),
                certificate.notAfter(),
                order.profile(),
                word(kind),
                isOurs,
                order.addresses(),
                Optional.empty(),
                signer.number());
        return new Issued(entry, certificate, fresh);
    }

    private static boolean isPossible(Profile profile, PublicKeyKind kind) {
        return switch (profile) {
            case DUAL -> kind.canSign() && kind.canEncrypt();
            case SIGN -> kind.canSign();
            case ENCRYPT -> kind.canEncrypt();
        };
    }

    private static String name(Profile profile) {
        return profile.name().toLowerCase(Locale.ROOT);
    }

    /** Returns the word for a kind of key in the index and on the command line. */
    private static String word(PublicKeyKind kind) {
        return switch (kind) {
            case PublicKeyKind.Rsa(int bits, boolean pssOnly) -> "rsa" + bits + (pssOnly ? "pss" : "");
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) ->
                curve.text().toLowerCase(Locale.ROOT).replace("-", "");
            case PublicKeyKind.SignsOnly _, PublicKeyKind.EncryptsOnly _ ->
                kind.text().toLowerCase(Locale.ROOT);
        };
    }

    private static CaException refused(String message) {
        return new CaException(Kind.REFUSED, message);
    }

    /** The reasons for revoking a user's certificate (RFC 5280 §5.3.1). */
    public static final List<RevocationReason> REASONS = List.of(
            RevocationReason.UNSPECIFIED,
            RevocationReason.KEY_COMPROMISE,
            RevocationReason.AFFILIATION_CHANGED,
            RevocationReason.SUPERSEDED,
            RevocationReason.CESSATION_OF_OPERATION,
            RevocationReason.PRIVILEGE_WITHDRAWN);
}
