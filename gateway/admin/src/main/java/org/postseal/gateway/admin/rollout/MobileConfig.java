package org.postseal.gateway.admin.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.Pkcs12Profile;

/**
 * A configuration profile for iPhone, iPad and Mac: the user's keys, the issuers, and a mail account that uses them.
 * The profile holds no password: when it is installed, the device asks its user for the password of the keys.
 *
 * <p>Identifiers are derived from the address and the certificates alone, so that a profile that is made again replaces
 * the one on the device. {@code SMIMEEncryptByDefaultUserOverrideable} is left out, since Apple describes it with
 * opposite meanings for the two kinds of account.
 */
public final class MobileConfig {
    private final ClientKeys keys;
    private final Wishes wishes;
    private final String seed;

    /**
     * The choices that an administrator makes for a profile.
     *
     * @param user the login name; the address if empty
     * @param name the person's name in mail that they send; the address if empty
     * @param organization the organization whose profile it is; not named if empty
     * @param encryptsAll whether mail is encrypted unless the user says otherwise
     * @param mayChange whether the user may say otherwise
     */
    public record Wishes(
            Optional<String> user,
            Optional<String> name,
            Optional<String> organization,
            boolean encryptsAll,
            boolean mayChange) {}

    private MobileConfig(ClientKeys keys, Wishes wishes) {
        this.keys = keys;
        this.wishes = wishes;
        this.seed = keys.address().toString();
    }

    /**
     * Returns the property list without a signature.
     *
     * @throws IllegalArgumentException for text that cannot stand in a property list
     */
    public static byte[] of(
            ClientKeys keys, MailAccount account, Wishes wishes, FreshPassword password, Pkcs12Profile profile) {
        return new MobileConfig(keys, wishes).propertyList(account, password, profile);
    }

    private byte[] propertyList(MailAccount account, FreshPassword password, Pkcs12Profile profile) {
        List<Map<String, Object>> payloads = new ArrayList<>();
        keys.anchors().forEach(each -> payloads.add(certificate("root", "com.apple.security.root", each, "Root of ")));
        keys.intermediates()
                .forEach(each -> payloads.add(certificate("issuer", "com.apple.security.pkcs1", each, "Issuer of ")));
        keys.keys().forEach(key -> payloads.add(identity(key, password, profile)));
        payloads.add(account(account));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("PayloadType", "Configuration");
        name(all, "profile", "", "Mail of " + seed);
        wishes.organization().ifPresent(organization -> all.put("PayloadOrganization", organization));
        all.put("PayloadDescription", "Mail account and S/MIME keys of " + seed);
        all.put("PayloadContent", payloads);
        return PropertyList.of(all);
    }

    private Map<String, Object> certificate(String role, String type, MailCertificate certificate, String what) {
        String id = brief(certificate);
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("PayloadType", type);
        name(payload, role, certificate.id().hex(), what + seed);
        payload.put("PayloadCertificateFileName", role + "-" + id + ".cer");
        payload.put("PayloadContent", certificate.encoded());
        return payload;
    }

    private Map<String, Object> identity(ClientKey key, FreshPassword password, Pkcs12Profile profile) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("PayloadType", "com.apple.security.pkcs12");
        name(payload, "identity", key.certificate().id().hex(), "S/MIME " + seed + " until " + key.lastDay());
        payload.put("PayloadCertificateFileName", "key-" + brief(key.certificate()) + ".p12");
        payload.put("PayloadContent", key.pkcs12(seed, password, profile));
        return payload;
    }

    private Map<String, Object> account(MailAccount account) {
        Map<String, Object> payload =
                account.settings(seed, wishes.user().orElse(seed), wishes.name().orElse(seed));
        name(payload, "account", "", "Mail account " + seed);
        keys.of(CertificatePurpose.SIGN).ifPresent(key -> {
            payload.put("SMIMESigningEnabled", true);
            payload.put(
                    "SMIMESigningCertificateUUID",
                    uuid("identity", key.certificate().id().hex()));
            payload.put("SMIMESigningUserOverrideable", wishes.mayChange());
            payload.put("SMIMESigningCertificateUUIDUserOverrideable", false);
        });
        keys.of(CertificatePurpose.ENCRYPT).ifPresent(key -> {
            payload.put(
                    "SMIMEEncryptionCertificateUUID",
                    uuid("identity", key.certificate().id().hex()));
            payload.put("SMIMEEncryptionCertificateUUIDUserOverrideable", false);
            payload.put("SMIMEEncryptByDefault", wishes.encryptsAll());
            payload.put("SMIMEEnableEncryptionPerMessageSwitch", wishes.mayChange());
        });
        return payload;
    }

    private void name(Map<String, Object> payload, String role, String id, String shown) {
        payload.put("PayloadVersion", 1);
        payload.put(
                "PayloadIdentifier",
                "org.postseal.smime." + HexFormat.of().formatHex(digest("user", ""), 0, 8) + "." + role
                        + (id.isEmpty() ? "" : "." + id.substring(0, 16)));
        payload.put("PayloadUUID", uuid(role, id));
        payload.put("PayloadDisplayName", shown);
    }

    // RFC 9562 §5.8: UUID version 8, made from SHA-256
    private String uuid(String role, String id) {
        ByteBuffer digest = ByteBuffer.wrap(digest(role, id));
        long high = (digest.getLong() & ~0xF000L) | 0x8000L;
        long low = (digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString().toUpperCase(Locale.ROOT);
    }

    private byte[] digest(String role, String id) {
        return Digest.SHA_256.of(("postseal mobileconfig\n" + seed + "\n" + role + "\n" + id).getBytes(UTF_8));
    }

    private static String brief(MailCertificate certificate) {
        return certificate.id().hex().substring(0, 8);
    }
}
