package org.postseal.certstore.key;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.spec.InvalidKeySpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.AuthenticatedSafe;
import org.bouncycastle.asn1.pkcs.CRLBag;
import org.bouncycastle.asn1.pkcs.CertBag;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.EncryptedData;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.SafeBag;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.Pkcs12Bag.BadBag;
import org.postseal.certstore.key.Pkcs12Bag.CertificateBag;
import org.postseal.certstore.key.Pkcs12Bag.CrlBag;
import org.postseal.certstore.key.Pkcs12Bag.KeyBag;
import org.postseal.certstore.key.Pkcs12Contents.Cause;

/**
 * Reads PKCS #12 (RFC 7292). It reads bag by bag and does not use {@code KeyStore}, which hides certificates that no
 * key in the file leads to, cannot read what older programs wrote (RC2-40), and performs any number of iterations that
 * the file asks for.
 */
public final class Pkcs12File {
    /** The most octets of one file. A real file has some thousand. */
    public static final int MAX_OCTETS = 1 << 20;

    public static final int MAX_BAGS = 10_000;
    /** The most rounds of key derivation for one file, all of it together. They take about three seconds. */
    public static final long MAX_ROUNDS = 5_000_000;

    private final InputDecryptorProvider decryptor;
    private final DerivationBudget budget = new DerivationBudget(MAX_ROUNDS);
    private final char[] password;
    private final List<Pkcs12Bag> bags = new ArrayList<>();
    private int charged;
    private boolean hasMac;

    private Pkcs12File(char[] password) {
        this.password = password;
        this.decryptor = new JcePKCSPBEInputDecryptorProviderBuilder()
                .setProvider(PROVIDER)
                .build(password);
    }

    /** Opens a file. A bag that cannot be used is returned as a {@link Pkcs12Bag.BadBag}. */
    public static Pkcs12Contents open(byte[] content, char[] password) {
        if (content.length > MAX_OCTETS) {
            return new Pkcs12Contents.Refused(Cause.TOO_LARGE, "PKCS #12 longer than " + MAX_OCTETS + " octets");
        }
        try {
            Pkcs12File file = new Pkcs12File(password);
            file.open(Pfx.getInstance(ASN1Primitive.fromByteArray(content)));
            return new Pkcs12Contents.Opened(file.bags);
        } catch (Pkcs12Exception e) {
            return e.outcome();
        } catch (IOException | OperatorCreationException | RuntimeException malformed) {
            // Bouncy Castle reports malformed inner structures by many kinds of unchecked exceptions.
            return new Pkcs12Contents.Refused(Cause.MALFORMED, "malformed PKCS #12");
        }
    }

    /**
     * Reads every key and certificate.
     *
     * @throws KeyFileException if the password is wrong, or if anything in the file cannot be used
     */
    public static KeyFile read(byte[] content, char[] password) throws KeyFileException {
        List<KeyMaterial> keys = new ArrayList<>();
        List<MailCertificate> certificates = new ArrayList<>();
        switch (open(content, password)) {
            case Pkcs12Contents.Opened(List<Pkcs12Bag> bags) -> {
                for (Pkcs12Bag bag : bags) {
                    switch (bag) {
                        case CertificateBag each -> certificates.add(each.certificate());
                        case KeyBag each -> keys.add(each.key());
                        case CrlBag _ -> {} // a key file needs no CRL
                        case BadBag each -> throw new KeyFileException(each.problem());
                    }
                }
            }
            case Pkcs12Contents.WrongPassword _ -> throw new KeyFileException("wrong password");
            case Pkcs12Contents.Refused refused -> throw new KeyFileException(refused.message());
        }
        return new KeyFile(keys, certificates);
    }

    private void open(Pfx pfx) throws Pkcs12Exception, IOException, OperatorCreationException {
        ContentInfo authenticated = pfx.getAuthSafe();
        if (!authenticated.getContentType().equals(PKCSObjectIdentifiers.data)) {
            throw Pkcs12Exception.refused(Cause.UNSUPPORTED, "PKCS #12 without a password is not supported");
        }
        byte[] content = octets(authenticated.getContent());
        ContentInfo[] contents = AuthenticatedSafe.getInstance(content).getContentInfo();
        if (contents.length > MAX_CONTENTS) {
            throw Pkcs12Exception.refused(Cause.TOO_MANY, "PKCS #12 of more than " + MAX_CONTENTS + " parts");
        }
        MacData mac = pfx.getMacData();
        if (mac != null && mac.getMac().getDigest().length == 0) {
            throw Pkcs12Exception.refused(Cause.MALFORMED, "PKCS #12 with an empty MAC");
        }
        // Everything that can be seen without the password is charged before the first derivation.
        List<Part> parts = new ArrayList<>();
        for (ContentInfo each : contents) {
            parts.add(part(each));
        }
        hasMac = mac != null;
        if (mac != null) {
            budget.chargeMac(mac);
            if (!Pkcs12Mac.isValid(mac, content, password, PROVIDER)) {
                throw new Pkcs12Exception(new Pkcs12Contents.WrongPassword());
            }
        }
        for (Part part : parts) {
            switch (part) {
                case Part.Plain(ASN1Sequence safe) -> addAll(safe, 0);
                case Part.Locked(EncryptedData data) -> {
                    ASN1Sequence safe = decrypt(data);
                    charge(safe, 0);
                    addAll(safe, 0);
                }
            }
        }
    }

    private sealed interface Part {
        record Plain(ASN1Sequence safe) implements Part {}

        record Locked(EncryptedData data) implements Part {}
    }

    private Part part(ContentInfo info) throws Pkcs12Exception {
        if (info.getContentType().equals(PKCSObjectIdentifiers.data)) {
            ASN1Sequence safe = ASN1Sequence.getInstance(octets(info.getContent()));
            charge(safe, 0);
            return new Part.Plain(safe);
        }
        if (!info.getContentType().equals(PKCSObjectIdentifiers.encryptedData)) {
            throw Pkcs12Exception.refused(Cause.UNSUPPORTED, "PKCS #12 without a password is not supported");
        }
        if (info.getContent() == null) {
            throw Pkcs12Exception.refused(Cause.MALFORMED, "PKCS #12 without content");
        }
        EncryptedData data = EncryptedData.getInstance(info.getContent());
        if (data.getContent() == null) {
            throw Pkcs12Exception.refused(Cause.MALFORMED, "PKCS #12 without content");
        }
        budget.chargeDecryption(data.getEncryptionAlgorithm());
        return new Part.Locked(data);
    }

    // RFC 7292 §4.2.6: bags may contain bags.
    private void charge(ASN1Sequence safe, int depth) throws Pkcs12Exception {
        for (ASN1Encodable each : safe) {
            SafeBag bag = SafeBag.getInstance(each);
            if (++charged > MAX_BAGS) {
                throw Pkcs12Exception.refused(Cause.TOO_MANY, "PKCS #12 of more than " + MAX_BAGS + " bags");
            }
            if (bag.getBagId().equals(PKCSObjectIdentifiers.pkcs8ShroudedKeyBag)) {
                budget.chargeDecryption(
                        EncryptedPrivateKeyInfo.getInstance(bag.getBagValue()).getEncryptionAlgorithm());
            } else if (bag.getBagId().equals(PKCSObjectIdentifiers.safeContentsBag)) {
                if (depth == MAX_DEPTH) {
                    throw Pkcs12Exception.refused(Cause.UNSUPPORTED, "PKCS #12 with bags in bags in bags");
                }
                charge(ASN1Sequence.getInstance(bag.getBagValue()), depth + 1);
            }
        }
    }

    private ASN1Sequence decrypt(EncryptedData data) throws Pkcs12Exception {
        try {
            return ASN1Sequence.getInstance(
                    decrypt(data.getEncryptionAlgorithm(), data.getContent().getOctets()));
        } catch (IOException | OperatorCreationException | RuntimeException e) {
            throw undecipherable();
        }
    }

    private PrivateKeyInfo privateKey(EncryptedPrivateKeyInfo shrouded) throws Pkcs12Exception {
        try {
            return PrivateKeyInfo.getInstance(decrypt(shrouded.getEncryptionAlgorithm(), shrouded.getEncryptedData()));
        } catch (IOException | OperatorCreationException | RuntimeException e) {
            throw undecipherable();
        }
    }

    // If the file has a MAC, the password is known to be right, so the failure means damage.
    private Pkcs12Exception undecipherable() {
        return hasMac
                ? Pkcs12Exception.refused(Cause.MALFORMED, "malformed PKCS #12")
                : new Pkcs12Exception(new Pkcs12Contents.WrongPassword());
    }

    private byte[] decrypt(AlgorithmIdentifier algorithm, byte[] encrypted)
            throws IOException, OperatorCreationException {
        try (InputStream in = decryptor.get(algorithm).getInputStream(new ByteArrayInputStream(encrypted))) {
            return in.readAllBytes();
        }
    }

    private void addAll(ASN1Sequence safe, int depth) throws Pkcs12Exception {
        for (ASN1Encodable each : safe) {
            SafeBag bag = SafeBag.getInstance(each);
            if (bag.getBagId().equals(PKCSObjectIdentifiers.safeContentsBag)) {
                addAll(ASN1Sequence.getInstance(bag.getBagValue()), depth + 1);
            } else {
                bags.add(read(bag));
            }
        }
    }

    private Pkcs12Bag read(SafeBag bag) throws Pkcs12Exception {
        ASN1ObjectIdentifier type = bag.getBagId();
        try {
            checkAttributes(bag);
            if (type.equals(PKCSObjectIdentifiers.certBag)) {
                CertBag value = CertBag.getInstance(bag.getBagValue());
                return value.getCertId().equals(PKCSObjectIdentifiers.x509Certificate)
                        ? certificate(octets(value.getCertValue()))
                        : new BadBag("certificate of another kind than X.509");
            }
            if (type.equals(PKCSObjectIdentifiers.crlBag)) {
                CRLBag value = CRLBag.getInstance(bag.getBagValue());
                return new CrlBag(octets(value.getCrlValue()));
            }
            if (type.equals(PKCSObjectIdentifiers.keyBag)) {
                return new KeyBag(PrivateKeyReader.read(PrivateKeyInfo.getInstance(bag.getBagValue())));
            }
            if (type.equals(PKCSObjectIdentifiers.pkcs8ShroudedKeyBag)) {
                EncryptedPrivateKeyInfo shrouded = EncryptedPrivateKeyInfo.getInstance(bag.getBagValue());
                PrivateKeyInfo plain = privateKey(shrouded);
                return new KeyBag(PrivateKeyReader.read(plain));
            }
            return new BadBag("bag of type " + type + " is not supported");
        } catch (InvalidKeySpecException e) {
            return new BadBag("private key refused: " + e.getMessage());
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return new BadBag("malformed PKCS #12");
        }
    }

    private static Pkcs12Bag certificate(byte[] der) {
        try {
            return new CertificateBag(MailCertificate.of(der));
        } catch (CertificateException e) {
            return new BadBag("certificate refused: " + e.getMessage(), Optional.of(der));
        }
    }

    // The attributes are not used, but a bag with damaged ones is not accepted.
    private static void checkAttributes(SafeBag bag) {
        if (bag.getBagAttributes() != null) {
            bag.getBagAttributes().forEach(Attribute::getInstance);
        }
    }

    private static byte[] octets(@Nullable ASN1Encodable content) throws Pkcs12Exception {
        // CVE-2024-0727: the content is optional in the syntax. It may be absent, or NULL in place of octets.
        if (!(content instanceof ASN1OctetString octets)) {
            throw Pkcs12Exception.refused(Cause.MALFORMED, "PKCS #12 without content");
        }
        return octets.getOctets();
    }

    private static final int MAX_CONTENTS = 64;
    private static final int MAX_DEPTH = 2;
    // This provider serves only the unusual old algorithms of these files, which are on no hot path.
    private static final Provider PROVIDER = new BouncyCastleProvider();
}
