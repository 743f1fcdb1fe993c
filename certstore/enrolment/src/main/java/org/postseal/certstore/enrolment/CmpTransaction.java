package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PBMParameter;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.cmp.CMPException;
import org.bouncycastle.cert.cmp.GeneralPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessage;
import org.bouncycastle.cert.cmp.ProtectedPKIMessageBuilder;
import org.bouncycastle.cert.crmf.CRMFException;
import org.bouncycastle.cert.crmf.PKMACBuilder;
import org.bouncycastle.cert.crmf.jcajce.JcePKMACValuesCalculator;
import org.bouncycastle.util.encoders.Hex;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.enrolment.CmpAuthority.UnusableException;

/**
 * Writes the messages of one transaction of CMP (RFC 9810), and opens those of the authority. Both are protected by a
 * shared secret. The identifier of the transaction and the first nonce come from the order, so a later run can go on
 * with a transaction that waits.
 */
final class CmpTransaction {
    private final String reference;
    private final GeneralName recipient;
    private final char[] secret;
    private final byte[] id;
    private final byte[] firstNonce;
    private byte[] nonce;
    private byte[] waitingNonce;
    private byte @Nullable [] theirNonce;

    CmpTransaction(String reference, X500Principal recipient, char[] secret, PublicKeyId order) {
        this.reference = reference;
        this.recipient = new GeneralName(X500Name.getInstance(recipient.getEncoded()));
        this.secret = secret;
        byte[] octets = Hex.decode(order.hex());
        this.id = Arrays.copyOf(octets, NONCE_OCTETS);
        this.firstNonce = Arrays.copyOfRange(octets, NONCE_OCTETS, 2 * NONCE_OCTETS);
        this.nonce = firstNonce;
        this.waitingNonce = firstNonce;
    }

    /** Returns the message that begins the transaction. */
    byte[] first(PKIBody body) throws IOException {
        nonce = firstNonce;
        waitingNonce = firstNonce;
        return message(
                body,
                builder()
                        .addGeneralInfo(
                                new InfoTypeAndValue(CMPObjectIdentifiers.it_implicitConfirm, DERNull.INSTANCE)));
    }

    /** Returns a message that goes on with the transaction. */
    byte[] next(PKIBody body) throws IOException {
        nonce = random();
        waitingNonce = nonce;
        return message(body, builder());
    }

    /** Returns a message that asks for the answer to the last message that was not a poll. */
    byte[] poll(PKIBody body) throws IOException {
        nonce = random();
        return message(body, builder());
    }

    private ProtectedPKIMessageBuilder builder() {
        return new ProtectedPKIMessageBuilder(
                PKIHeader.CMP_2000,
                // RFC 9483 §3.1: with a shared secret, the name is the reference.
                new GeneralName(
                        new X500NameBuilder().addRDN(BCStyle.CN, reference).build()),
                recipient);
    }

    private byte[] message(PKIBody body, ProtectedPKIMessageBuilder builder) throws IOException {
        builder.setTransactionID(id)
                .setSenderNonce(nonce)
                .setSenderKID(reference.getBytes(StandardCharsets.UTF_8))
                .setBody(body);
        if (theirNonce != null) {
            builder.setRecipNonce(theirNonce);
        }
        try {
            return builder.build(new PKMACBuilder(new JcePKMACValuesCalculator())
                            .setParameters(new PBMParameter(
                                    random(),
                                    new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256),
                                    ITERATIONS,
                                    new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE)))
                            .build(secret))
                    .toASN1Structure()
                    .getEncoded("DER");
        } catch (CMPException | CRMFException e) {
            throw new IllegalStateException("no provider protects messages of CMP", e);
        }
    }

    /**
     * Opens what the authority answers to the last message.
     *
     * @throws UnusableException if it is no message, or one that is not for us
     */
    ProtectedPKIMessage open(byte[] octets) throws UnusableException {
        GeneralPKIMessage message = read(octets);
        if (!message.hasProtection()) {
            throw new UnusableException("answers without protection"
                    + (message.getBody().getType() == PKIBody.TYPE_ERROR
                            ? ": " + CmpStatus.ofError(message.getBody()).text()
                            : ""));
        }
        ProtectedPKIMessage opened = new ProtectedPKIMessage(message);
        if (!opened.hasPasswordBasedMacProtection() || !isProtected(opened)) {
            throw new UnusableException("answers with a message that the shared secret does not protect");
        }
        PKIHeader header = opened.getHeader();
        if (!isSame(header.getTransactionID(), id)) {
            throw new UnusableException("answers with a message of another transaction");
        }
        // RFC 9483 §4.4: what comes after polling is the answer to an earlier message.
        if (!isSame(header.getRecipNonce(), nonce) && !isSame(header.getRecipNonce(), waitingNonce)) {
            throw new UnusableException("answers with a message to another one than ours");
        }
        ASN1OctetString sent = header.getSenderNonce();
        theirNonce = sent == null ? null : sent.getOctets();
        return opened;
    }

    private static GeneralPKIMessage read(byte[] octets) throws UnusableException {
        try {
            GeneralPKIMessage message = new GeneralPKIMessage(octets);
            PKIBody _ = message.getBody();
            return message;
        } catch (IOException | RuntimeException malformed) {
            throw new UnusableException("answers with what is no message of CMP", malformed);
        }
    }

    private boolean isProtected(ProtectedPKIMessage message) {
        try {
            return message.verify(new PKMACBuilder(new JcePKMACValuesCalculator(), MAX_ITERATIONS), secret);
        } catch (CMPException | RuntimeException unknownAlgorithm) {
            return false;
        }
    }

    private static boolean isSame(@Nullable ASN1OctetString found, byte[] expected) {
        return found != null && Arrays.equals(found.getOctets(), expected);
    }

    private static byte[] random() {
        byte[] octets = new byte[NONCE_OCTETS];
        RANDOM.nextBytes(octets);
        return octets;
    }

    private static final SecureRandom RANDOM = new SecureRandom();
    /** RFC 9483 §3.1: 128 bits. */
    private static final int NONCE_OCTETS = 16;

    private static final int ITERATIONS = 10_000;
    /** What an authority can make us spend. */
    private static final int MAX_ITERATIONS = 100_000;
}
