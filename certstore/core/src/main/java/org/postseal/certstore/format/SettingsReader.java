package org.postseal.certstore.format;

import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.SmimeCapabilities;
import org.postseal.certstore.format.UserSmimeCertificate.Damaged;
import org.postseal.certstore.format.UserSmimeCertificate.OtherFormat;
import org.postseal.certstore.format.UserSmimeCertificate.Signature;
import org.postseal.certstore.format.UserSmimeCertificate.Value;

/**
 * Reads the settings that Outlook publishes (PidTagUserX509Certificate, MS-OXOABK §2.2.4.36). A setting begins with a
 * tag and a length of 16 bits each, little-endian; the length includes itself and the tag. Unknown tags are ignored, as
 * the specification demands; so are the display names. Not thread-safe.
 */
final class SettingsReader {
    private final byte[] octets;
    private final List<MailCertificate> encryption = new ArrayList<>();
    private final List<MailCertificate> signing = new ArrayList<>();
    private final SequencedSet<MailCertificate> chain = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();
    private Optional<SmimeCapabilities> capabilities = Optional.empty();
    private byte @Nullable [] encryptionSha1;
    private int messageEncoding = SMIME;
    private int flags;

    private SettingsReader(byte[] octets) {
        this.octets = octets;
    }

    static UserSmimeCertificate read(byte[] octets) {
        return new SettingsReader(octets).read();
    }

    private UserSmimeCertificate read() {
        int at = 0;
        int count = 0;
        while (at < octets.length) {
            if (octets.length - at < HEADER) {
                return new Damaged("truncated setting at offset " + at);
            }
            int tag = number(at);
            int length = number(at + 2);
            if (length < HEADER) {
                return new Damaged("setting with a length below 4 at offset " + at);
            }
            if (length > octets.length - at) {
                return new Damaged("setting that reaches beyond the end at offset " + at);
            }
            if (++count > MAX_SETTINGS) {
                return new Damaged("more than " + MAX_SETTINGS + " settings");
            }
            take(tag, Arrays.copyOfRange(octets, at + HEADER, at + length), at);
            at += length;
        }
        return result();
    }

    private void take(int tag, byte[] data, int at) {
        switch (tag) {
            case CAPABILITIES -> capabilities = SmimeCapabilities.of(data);
            case KEY_EXCHANGE_CERTIFICATE -> certificate(data, at, encryption);
            case CHAIN_CERTIFICATE -> certificate(data, at, chain);
            case SIGN_CERTIFICATE -> certificate(data, at, signing);
            case MESSAGE_ENCODING -> messageEncoding = small(data);
            case DEFAULTS -> flags = Math.max(0, small(data));
            case KEY_EXCHANGE_SHA1 -> encryptionSha1 = data;
            default -> {} // MS-OXOABK: unknown tags MUST be ignored
        }
    }

    private UserSmimeCertificate result() {
        if (messageEncoding != SMIME) {
            return new OtherFormat(messageEncoding);
        }
        Optional<MailCertificate> selected = selected();
        SequencedSet<MailCertificate> certificates = new LinkedHashSet<>();
        selected.ifPresent(certificates::add);
        certificates.addAll(encryption);
        certificates.addAll(signing);
        if (certificates.isEmpty()) {
            return new Damaged(problems.isEmpty() ? "no certificate in it" : problems.getFirst());
        }
        chain.removeAll(certificates);
        return new Value(
                List.copyOf(certificates),
                List.copyOf(chain),
                (flags & IS_DEFAULT) == 0 ? Optional.empty() : selected,
                capabilities,
                Signature.ABSENT,
                problems);
    }

    // If there are several certificates, the digest selects one. If it fits none, the first one is taken.
    private Optional<MailCertificate> selected() {
        return encryption.stream()
                .filter(each -> encryptionSha1 != null && Arrays.equals(encryptionSha1, sha1(each)))
                .findFirst()
                .or(() -> encryption.stream().findFirst());
    }

    private void certificate(byte[] der, int at, java.util.Collection<MailCertificate> list) {
        try {
            list.add(MailCertificate.of(der));
        } catch (CertificateException e) {
            problems.add(Reasons.of(e) + " at offset " + at);
        }
    }

    // Reads a number of one, two or four octets. A longer one is no known value.
    private static int small(byte[] data) {
        if (data.length == 0 || data.length > 4) {
            return -1;
        }
        int value = 0;
        for (int i = data.length - 1; i >= 0; i--) {
            value = (value << 8) | (data[i] & 0xff);
        }
        return value;
    }

    private int number(int at) {
        return (octets[at] & 0xff) | ((octets[at + 1] & 0xff) << 8);
    }

    private static byte[] sha1(MailCertificate certificate) {
        try {
            return Digest.SHA_1.of(certificate.x509().getEncoded());
        } catch (CertificateException e) {
            throw new IllegalStateException("the certificate was read from DER", e);
        }
    }

    private static final int HEADER = 4;
    private static final int MAX_SETTINGS = UserSmimeCertificate.MAX_CERTIFICATES;
    private static final int SMIME = 1;
    // These flags mean default for S/MIME, and default for all formats.
    private static final int IS_DEFAULT = 1 | 2;

    private static final int CAPABILITIES = 0x0002;
    private static final int KEY_EXCHANGE_CERTIFICATE = 0x0003;
    private static final int CHAIN_CERTIFICATE = 0x0004;
    private static final int MESSAGE_ENCODING = 0x0006;
    private static final int SIGN_CERTIFICATE = 0x0008;
    private static final int DEFAULTS = 0x0020;
    private static final int KEY_EXCHANGE_SHA1 = 0x0022;
}
