package org.postseal.policy.settings;

import static org.postseal.policy.settings.MailboxParameter.EC_BITS;
import static org.postseal.policy.settings.MailboxParameter.ENCRYPTION_ALGORITHM;
import static org.postseal.policy.settings.MailboxParameter.ENFORCEMENT;
import static org.postseal.policy.settings.MailboxParameter.KEY_ALGORITHMS;
import static org.postseal.policy.settings.MailboxParameter.KEY_TRANSPORT;
import static org.postseal.policy.settings.MailboxParameter.NEGOTIATION;
import static org.postseal.policy.settings.MailboxParameter.PADDING;
import static org.postseal.policy.settings.MailboxParameter.RECIPIENTS_READ;
import static org.postseal.policy.settings.MailboxParameter.RSA_BITS;
import static org.postseal.policy.settings.MailboxParameter.SIGNED_ALGORITHM;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.EncryptionSettings.RsaKeyTransport;
import org.postseal.policy.protection.KeyKind;
import org.postseal.policy.protection.SignedAlgorithm;
import org.postseal.policy.protection.SigningSettings.RsaPadding;
import org.postseal.policy.settings.Readables.Item;

/** The values of the profiles, each of its parameter's type. */
final class ProfileValues {
    private final Map<MailboxParameter<?>, Object> values = new LinkedHashMap<>();

    private ProfileValues() {}

    static ProfileValues of(Profile profile) {
        return ALL.getOrDefault(profile, new ProfileValues());
    }

    @SuppressWarnings("unchecked")
    <T> Optional<T> get(MailboxParameter<T> parameter) {
        // put() takes no value of another type.
        return Optional.ofNullable((T) values.get(parameter));
    }

    /** Returns the reference table of the documentation: a row for each parameter, a column for each profile. */
    static List<String> rows() {
        return MailboxParameter.all().stream()
                .filter(parameter -> values(parameter).anyMatch(Optional::isPresent))
                .map(parameter -> "| `" + parameter.name() + "` | "
                        + values(parameter)
                                .map(value ->
                                        value.map(text -> "`" + text + "`").orElse(""))
                                .collect(Collectors.joining(" | "))
                        + " |")
                .toList();
    }

    private static <T> Stream<Optional<String>> values(MailboxParameter<T> parameter) {
        return Stream.of(Profile.values())
                .map(profile -> of(profile).get(parameter).map(parameter::text));
    }

    private <T> ProfileValues put(MailboxParameter<T> parameter, T value) {
        values.put(parameter, value);
        return this;
    }

    private static ProfileValues make(Profile profile) {
        return switch (profile) {
            case MODERN ->
                new ProfileValues()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES128_GCM)
                        .put(NEGOTIATION, Negotiation.ONLY_STRONG)
                        .put(KEY_TRANSPORT, RsaKeyTransport.OAEP_SHA256)
                        .put(PADDING, RsaPadding.PSS);
            case OUTLOOK_COMPATIBLE ->
                new ProfileValues()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES256)
                        .put(NEGOTIATION, Negotiation.ONLY_STRONG)
                        .put(ENFORCEMENT, Enforcement.EXACT)
                        .put(KEY_TRANSPORT, RsaKeyTransport.PKCS1)
                        .put(PADDING, RsaPadding.PKCS1)
                        .put(KEY_ALGORITHMS, Set.of(KeyKind.RSA, KeyKind.EC));
            case BSI_TR_02102 ->
                new ProfileValues()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES128)
                        .put(NEGOTIATION, Negotiation.BLOCK)
                        .put(KEY_TRANSPORT, RsaKeyTransport.OAEP_SHA256)
                        .put(PADDING, RsaPadding.PSS)
                        .put(KEY_ALGORITHMS, Set.of(KeyKind.RSA, KeyKind.EC, KeyKind.BRAINPOOL))
                        .put(RSA_BITS, 3000)
                        .put(EC_BITS, 256)
                        .put(RECIPIENTS_READ, Set.of(Item.AES128, Item.AES192, Item.AES256, Item.OAEP_SHA256));
            case CNSA ->
                new ProfileValues()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA384)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES256)
                        .put(NEGOTIATION, Negotiation.BLOCK)
                        .put(KEY_ALGORITHMS, Set.of(KeyKind.RSA, KeyKind.EC))
                        .put(RSA_BITS, 3072)
                        .put(EC_BITS, 384);
            case EDI_ENERGY ->
                new ProfileValues()
                        .put(SIGNED_ALGORITHM, SignedAlgorithm.SHA256)
                        .put(ENCRYPTION_ALGORITHM, EncryptionAlgorithm.AES128_GCM)
                        .put(NEGOTIATION, Negotiation.BLOCK)
                        .put(ENFORCEMENT, Enforcement.EXACT)
                        .put(KEY_TRANSPORT, RsaKeyTransport.OAEP_SHA256)
                        .put(PADDING, RsaPadding.PSS)
                        .put(KEY_ALGORITHMS, Set.of(KeyKind.RSA))
                        .put(RECIPIENTS_READ, Set.of(Item.AES128, Item.AES256, Item.AES128_GCM, Item.OAEP_SHA256));
        };
    }

    private static final Map<Profile, ProfileValues> ALL = all();

    private static Map<Profile, ProfileValues> all() {
        Map<Profile, ProfileValues> all = new EnumMap<>(Profile.class);
        for (Profile profile : Profile.values()) {
            all.put(profile, make(profile));
        }
        return all;
    }
}
