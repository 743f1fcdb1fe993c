package org.postseal.policy.settings;

import static org.postseal.policy.settings.MailboxParameter.EC_BITS;
import static org.postseal.policy.settings.MailboxParameter.ENCRYPTION_ALGORITHM;
import static org.postseal.policy.settings.MailboxParameter.ENFORCEMENT;
import static org.postseal.policy.settings.MailboxParameter.KEY_ALGORITHMS;
import static org.postseal.policy.settings.MailboxParameter.KEY_TRANSPORT;
import static org.postseal.policy.settings.MailboxParameter.MESSAGES_ENCRYPTED;
import static org.postseal.policy.settings.MailboxParameter.MESSAGES_SIGNED;
import static org.postseal.policy.settings.MailboxParameter.ML_DSA_SET;
import static org.postseal.policy.settings.MailboxParameter.ML_KEM;
import static org.postseal.policy.settings.MailboxParameter.ML_KEM_SET;
import static org.postseal.policy.settings.MailboxParameter.NEGOTIATION;
import static org.postseal.policy.settings.MailboxParameter.PADDING;
import static org.postseal.policy.settings.MailboxParameter.RECIPIENTS_READ;
import static org.postseal.policy.settings.MailboxParameter.RSA_BITS;
import static org.postseal.policy.settings.MailboxParameter.SIGNED_ALGORITHM;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.EncryptionSettings.MlKem;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyFacts;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.protection.SigningSettings.RsaPadding;
import org.postseal.policy.settings.Readables.Item;

/**
 * What a profile says: the value of each parameter, of the parameter's type, and for a standard the ciphers that it
 * allows and its dates. Immutable once it is made.
 */
public final class ProfileTable {
    private final Map<MailboxParameter<?>, Object> values = new LinkedHashMap<>();
    private final Set<EncryptionAlgorithm> ciphers = EnumSet.noneOf(EncryptionAlgorithm.class);
    private final List<Deadline> deadlines = new ArrayList<>();
    private Optional<LocalDate> since = Optional.empty();
    private Optional<Notice> notice = Optional.empty();

    private ProfileTable() {}

    /** The two things that a key does. */
    public enum Use {
        SIGN,
        ENCRYPT
    }

    /**
     * The end of what a standard still allows.
     *
     * @param last the last day on which these kinds of key may be used alone
     */
    public record Deadline(Use use, Set<KeyKind> kinds, LocalDate last) {}

    /**
     * The warning that a check gives about the profile itself.
     *
     * @param from the first day of the warning
     */
    public record Notice(LocalDate from, String text) {}

    public static ProfileTable of(Profile profile) {
        return ALL.getOrDefault(profile, new ProfileTable());
    }

    @SuppressWarnings("unchecked")
    public <T> Optional<T> get(MailboxParameter<T> parameter) {
        // put() takes no value of another type.
        return Optional.ofNullable((T) values.get(parameter));
    }

    /** Returns true if the profile is an edition of a standard; a policy that names one may not contradict it. */
    public boolean isStandard() {
        return !ciphers.isEmpty();
    }

    /** Returns the first day on which the standard had to be obeyed; empty if none is known. */
    public Optional<LocalDate> since() {
        return since;
    }

    public Optional<Notice> notice() {
        return notice;
    }

    /** Returns the last day on which such a key may be used alone like this; empty if no end is known. */
    public Optional<LocalDate> last(Use use, PublicKeyKind key) {
        return KeyFacts.of(key).flatMap(known -> last(use, known.kind()));
    }

    private Optional<LocalDate> last(Use use, KeyKind kind) {
        return deadlines.stream()
                .filter(each -> each.use() == use && each.kinds().contains(kind))
                .map(Deadline::last)
                .findFirst();
    }

    /** Returns why the profile takes no such key; empty if it takes it, apart from its deadlines. */
    public Optional<String> whyNot(PublicKeyKind key) {
        Optional<KeyFacts> known = KeyFacts.of(key).filter(each -> takes(each.kind()));
        if (known.isEmpty()) {
            return Optional.of(
                    "takes " + kinds().stream().sorted().map(KeyKind::word).collect(Collectors.joining(", ")));
        }
        KeyKind kind = known.get().kind();
        return MailboxParameter.leastSize(kind)
                .flatMap(this::get)
                .filter(least -> known.get().bits() < least)
                .map(least -> "takes " + kind.word() + " of " + least + " and more");
    }

    private boolean takes(KeyKind kind) {
        return kinds().contains(kind);
    }

    private Set<KeyKind> kinds() {
        return get(KEY_ALGORITHMS).orElse(KEY_ALGORITHMS.laxest());
    }

    /** Returns true if content keys may be encrypted to some of these kinds of key on this day. */
    public boolean takes(Set<KeyKind> anyOf, LocalDate day) {
        return anyOf.stream()
                .anyMatch(kind -> takes(kind)
                        && last(Use.ENCRYPT, kind).filter(day::isAfter).isEmpty());
    }

    public boolean takes(EncryptionAlgorithm cipher) {
        return ciphers.isEmpty() ? isAtLeast(ENCRYPTION_ALGORITHM, cipher) : ciphers.contains(cipher);
    }

    public boolean takes(SignedAlgorithm digest) {
        return isAtLeast(SIGNED_ALGORITHM, digest);
    }

    public boolean takes(RsaKeyTransport transport) {
        return isAtLeast(KEY_TRANSPORT, transport);
    }

    /** Returns true if the profile demands that every message is signed. */
    public boolean demandsSignature() {
        return get(MESSAGES_SIGNED).orElse(false);
    }

    /** Returns true if the profile demands that every message is encrypted. */
    public boolean demandsEncryption() {
        return get(MESSAGES_ENCRYPTED).orElse(false);
    }

    /** Returns the names of the ciphers that the profile takes, for people. */
    public String ciphers() {
        return ciphers.stream().map(EncryptionAlgorithm::word).collect(Collectors.joining(", "));
    }

    /** Returns the parameters with a value that a policy can contradict. What others read is no demand. */
    public List<MailboxParameter<?>> demands() {
        return values.keySet().stream()
                .filter(parameter -> parameter != RECIPIENTS_READ)
                .toList();
    }

    /** Returns true if a setting asks for less than the profile, or for something that its standard does not allow. */
    public <T> boolean isBrokenBy(MailboxParameter<T> parameter, T value) {
        return !isAtLeast(parameter, value)
                || (value instanceof EncryptionAlgorithm cipher && isStandard() && !ciphers.contains(cipher));
    }

    private <T> boolean isAtLeast(MailboxParameter<T> parameter, T value) {
        return get(parameter)
                .filter(wanted -> parameter.isWeaker(value, wanted))
                .isEmpty();
    }

    /** Returns the reference table of the documentation: a row for each parameter, a column for each profile. */
    static List<String> rows() {
        List<String> rows = new ArrayList<>();
        MailboxParameter.all().stream()
                .filter(parameter -> values(parameter).anyMatch(Optional::isPresent))
                .forEach(parameter -> rows.add(row("`" + parameter.name() + "`", values(parameter))));
        rows.add(row("ciphers of the standard", tables().map(table -> Optional.of(table.ciphers()))));
        rows.add(row("in force since", tables().map(table -> table.since.map(LocalDate::toString))));
        rows.add(row(
                "`check` warns from",
                tables().map(table -> table.notice.map(each -> each.from().toString()))));
        for (Use use : Use.values()) {
            rows.add(row(
                    "last day of classical keys that " + use.name().toLowerCase(Locale.ROOT),
                    tables().map(table -> table.deadlines.stream()
                            .filter(each -> each.use() == use)
                            .map(each -> each.last().toString())
                            .findFirst())));
        }
        return rows;
    }

    private static String row(String name, Stream<Optional<String>> cells) {
        return "| " + name + " | "
                + cells.map(cell -> cell.filter(text -> !text.isEmpty())
                                .map(text -> "`" + text + "`")
                                .orElse(""))
                        .collect(Collectors.joining(" | "))
                + " |";
    }

    private static Stream<ProfileTable> tables() {
        return Stream.of(Profile.values()).map(ProfileTable::of);
    }

    private static <T> Stream<Optional<String>> values(MailboxParameter<T> parameter) {
        return tables().map(table -> table.get(parameter).map(parameter::text));
    }

    private <T> ProfileTable put(MailboxParameter<T> parameter, T value) {
        values.put(parameter, value);
        return this;
    }

    private ProfileTable ciphers(EncryptionAlgorithm... allowed) {
        ciphers.addAll(List.of(allowed));
        return this;
    }

    private ProfileTable since(String day) {
        since = Optional.of(LocalDate.parse(day));
        return this;
    }

    private ProfileTable warnFrom(String day, String text) {
        notice = Optional.of(new Notice(LocalDate.parse(day), text));
        return this;
    }

    private ProfileTable until(String day, Use use) {
        deadlines.add(new Deadline(use, get(KEY_ALGORITHMS).orElseThrow(), LocalDate.parse(day)));
        return this;
    }

    private static ProfileTable make(Profile profile) {
        return switch (profile) {
            // What RFC 8551 §2.2, §2.3 and §2.7 prefer, and what they still allow for people who do not read that
            case MODERN ->
                new ProfileTable()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES128_GCM)
                        .put(NEGOTIATION, Negotiation.ONLY_STRONG)
                        .put(KEY_TRANSPORT, RsaKeyTransport.OAEP_SHA256)
                        .put(PADDING, RsaPadding.PSS);
            // What every Outlook since 2010 reads, even for people who are known to read more
            case OUTLOOK_COMPATIBLE ->
                new ProfileTable()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES256)
                        .put(NEGOTIATION, Negotiation.ONLY_STRONG)
                        .put(ENFORCEMENT, Enforcement.EXACT)
                        .put(KEY_TRANSPORT, RsaKeyTransport.PKCS1)
                        .put(PADDING, RsaPadding.PKCS1)
                        .put(KEY_ALGORITHMS, Set.of(KeyKind.RSA, KeyKind.EC));
            // BSI TR-02102-1, edition 2026-01: 120 bits of security. Classical key agreement alone ends with 2031, with
            // 2030 where very much is at stake, and classical signatures alone with 2035 (§2.1).
            case BSI_TR_02102_2026 ->
                new ProfileTable()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES128)
                        .put(NEGOTIATION, Negotiation.BLOCK)
                        .put(KEY_TRANSPORT, RsaKeyTransport.OAEP_SHA256)
                        .put(PADDING, RsaPadding.PSS)
                        .put(KEY_ALGORITHMS, EnumSet.of(KeyKind.RSA, KeyKind.EC, KeyKind.BRAINPOOL))
                        .put(RSA_BITS, 3000)
                        .put(EC_BITS, 256)
                        .put(RECIPIENTS_READ, Set.of(Item.AES128, Item.AES192, Item.AES256, Item.OAEP_SHA256))
                        .ciphers(
                                EncryptionAlgorithm.AES128,
                                EncryptionAlgorithm.AES128_GCM,
                                EncryptionAlgorithm.AES192,
                                EncryptionAlgorithm.AES192_GCM,
                                EncryptionAlgorithm.AES256,
                                EncryptionAlgorithm.AES256_GCM)
                        .since("2026-01-23")
                        .warnFrom(
                                "2031-01-01",
                                "the BSI takes classical key agreement alone until the end of 2031 only, and until the"
                                        + " end of 2030 where very much is at stake")
                        .until("2035-12-31", Use.SIGN)
                        .until("2031-12-31", Use.ENCRYPT);
            // The sizes of RFC 8755 (March 2020). New systems need CNSA 2.0 from 2027 on, and applications by 2033
            // (NSA, CSA-U/OO/181708-22).
            case CNSA_1 ->
                new ProfileTable()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA384)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES256)
                        .put(NEGOTIATION, Negotiation.BLOCK)
                        .put(KEY_ALGORITHMS, EnumSet.of(KeyKind.RSA, KeyKind.EC))
                        .put(RSA_BITS, 3072)
                        .put(EC_BITS, 384)
                        .ciphers(EncryptionAlgorithm.AES256, EncryptionAlgorithm.AES256_GCM)
                        .since("2020-03-01")
                        .warnFrom("2027-01-01", "new national security systems need CNSA 2.0: profile cnsa-2")
                        .until("2032-12-31", Use.SIGN)
                        .until("2032-12-31", Use.ENCRYPT);
            // NSA, CNSA 2.0 FAQ 2.1 (December 2024), and draft-becker-cnsa2-smime-profile
            case CNSA_2 ->
                new ProfileTable()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA384)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES256)
                        .put(NEGOTIATION, Negotiation.BLOCK)
                        .put(ML_KEM, MlKem.ALONE)
                        .put(KEY_ALGORITHMS, EnumSet.of(KeyKind.ML_KEM, KeyKind.ML_DSA))
                        .put(ML_KEM_SET, 1024)
                        .put(ML_DSA_SET, 87)
                        .ciphers(EncryptionAlgorithm.AES256, EncryptionAlgorithm.AES256_GCM)
                        .since("2027-01-01");
            // EDI@Energy, "Regelungen zum Übertragungsweg", put in force by the Bundesnetzagentur: every file is
            // signed and encrypted; RSASSA-PSS, RSAES-OAEP, and from 1 October 2025 AES-128-GCM only
            case EDI_ENERGY_2025 ->
                new ProfileTable()
                        .put(MESSAGES_SIGNED, true)
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(MESSAGES_ENCRYPTED, true)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES128_GCM)
                        .put(NEGOTIATION, Negotiation.BLOCK)
                        .put(ENFORCEMENT, Enforcement.EXACT)
                        .put(KEY_TRANSPORT, RsaKeyTransport.OAEP_SHA256)
                        .put(PADDING, RsaPadding.PSS)
                        .put(KEY_ALGORITHMS, EnumSet.of(KeyKind.RSA))
                        .put(RECIPIENTS_READ, Set.of(Item.AES128, Item.AES256, Item.AES128_GCM, Item.OAEP_SHA256))
                        .ciphers(EncryptionAlgorithm.AES128_GCM)
                        .since("2025-10-01");
            // eDag2, "Minimumskrav" (Digitaliseringsstyrelsen): signed by the organisation's certificate, and encrypted
            // between authorities. It names no algorithm; these are the weakest that the gateway makes.
            case DANISH_EDAG2 ->
                new ProfileTable()
                        .put(MESSAGES_SIGNED, true)
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES128)
                        .put(NEGOTIATION, Negotiation.ONLY_STRONG)
                        .put(KEY_ALGORITHMS, EnumSet.of(KeyKind.RSA, KeyKind.EC))
                        .put(RSA_BITS, 2048)
                        .ciphers(
                                EncryptionAlgorithm.AES128,
                                EncryptionAlgorithm.AES128_GCM,
                                EncryptionAlgorithm.AES192,
                                EncryptionAlgorithm.AES192_GCM,
                                EncryptionAlgorithm.AES256,
                                EncryptionAlgorithm.AES256_GCM);
        };
    }

    private static final Map<Profile, ProfileTable> ALL = all();

    private static Map<Profile, ProfileTable> all() {
        Map<Profile, ProfileTable> all = new EnumMap<>(Profile.class);
        for (Profile profile : Profile.values()) {
            all.put(profile, make(profile));
        }
        return all;
    }
}
