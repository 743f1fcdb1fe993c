package org.postseal.certstore.database;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateOrders.Order;
import org.postseal.certstore.database.CertificateOrders.State;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.IssuedCertificate;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;

/** The certificates that the tests of the database store. */
public final class Samples {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    public static final Instant END = Instant.parse("2027-01-01T00:00:00Z");
    public static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    public static final MailAddress ALICE = MailAddress.of("alice@example.com");
    public static final MailAddress BOB = MailAddress.of("bob@example.org");
    public static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test", START, END);
    public static final Act ACT = new Act("tester", NOW, "for a test");

    private Samples() {}

    /** Makes a certificate with a new key. */
    public static MailCertificate certificate(MailAddress address) {
        return issued(address).certificate();
    }

    /** Issues a certificate and returns it with its key. */
    public static IssuedCertificate issued(MailAddress address) {
        return AUTHORITY.issue(address, KeyAlgorithm.P256, Profile.DUAL, START, END);
    }

    /** Imports a key with certificates of the same file. Nothing vouches for other certificates of the key. */
    public static KeyVault.KeyImport imported(
            CertificateDatabase database, KeyVault vault, KeyMaterial key, MailCertificate... beside) {
        return database.write(within -> vault.importKey(within, key, List.of(beside), _ -> Optional.empty(), ACT));
    }

    /** Begins an order with a new key, wrapped with this master key. */
    public static Order order(CertificateDatabase database, MasterKey master, MailAddress address, String authority) {
        KeyVault vault = new KeyVault(database, master);
        KeyMaterial key = KeyMaterial.generate(KeyAlgorithm.P256);
        return database.write(within -> {
            PublicKeyId id = vault.keepForRequest(within, key, address, ACT);
            Order order =
                    new Order(address, authority, Set.of(CertificatePurpose.SIGN), id, State.OPEN, 0, NOW, "", ACT);
            if (!within.orders().begin(order)) {
                throw new IllegalStateException(address + " has an order already");
            }
            return order;
        });
    }

    /** The same, where nobody opens the key. */
    public static Order order(CertificateDatabase database, MailAddress address, String authority) {
        try {
            return order(database, MasterKey.of(new byte[32]), address, authority);
        } catch (KeyFileException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Wraps all keys anew, as {@code key rewrap} does. Returns their number. */
    public static int rewrapped(CertificateDatabase database, KeyVault vault, MasterKey next) {
        int count = database.write(within -> {
            try {
                return vault.rewrap(within, next);
            } catch (KeyFileException e) {
                throw new IllegalStateException(e);
            }
        });
        database.emptyLog();
        return count;
    }

    /**
     * Makes a certificate whose subject has the character U+0000 and half of a pair of surrogates, and whose numbers
     * are longer than any should be.
     */
    static MailCertificate odd(MailAddress address) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        // Random octets cannot be compressed.
        byte[] octets = new byte[4_000];
        new Random(7).nextBytes(octets);
        octets[0] = 1;
        X500Name subject = new X500NameBuilder()
                .addRDN(BCStyle.CN, new DERUTF8String("a\0b"))
                .addRDN(BCStyle.O, new DERBMPString("\uD800"))
                .build();
        return MailCertificate.of(new X509v3CertificateBuilder(
                        subject,
                        new BigInteger(octets),
                        Date.from(START),
                        Date.from(END),
                        subject,
                        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.rfc822Name, address.toString())))
                .addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(octets))
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                .getEncoded());
    }

    /** Makes a certificate of given validity. */
    public static MailCertificate certificate(MailAddress address, String from, String to) {
        return AUTHORITY
                .issue(address, KeyAlgorithm.P256, Profile.DUAL, Instant.parse(from), Instant.parse(to))
                .certificate();
    }
}
