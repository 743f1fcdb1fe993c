package org.postseal.certstore.format;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.format.BundleElement.BadElement;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.BundleElement.CrlElement;
import org.postseal.certstore.format.BundleElement.KeyElement;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PrivateKeyFile;

/** Gathers the elements of one file while it is read, and stops the reading at the limit. Not thread-safe. */
final class Bundle {
    private final String file;
    private final List<BundleElement> elements = new ArrayList<>();
    private final List<FormatProblem> warnings = new ArrayList<>();
    private final Map<Seen, CertificateElement> seen = new HashMap<>();
    private int number;
    private int keys;
    private int problems;

    Bundle(String file) {
        this.file = file;
    }

    private record Seen(CertificateId id, String part) {}

    /**
     * Records what a file says about a certificate.
     *
     * @param part the part of the file that holds the certificate; empty if the file has no parts. In another part the
     *     same certificate is no repetition.
     */
    record Remarks(Optional<Set<String>> windowsUsages, String part) {
        static final Remarks NONE = new Remarks(Optional.empty(), "");
    }

    String file() {
        return file;
    }

    /** Refuses at once a number of elements that would exceed the limit of {@link #next}. */
    void demandRoom(int elements) throws RefusedException {
        if (elements > CertificateFile.MAX_ELEMENTS - number) {
            throw tooMany();
        }
    }

    /** Returns the number of the next element, and counts that element. */
    int next() throws RefusedException {
        if (number == CertificateFile.MAX_ELEMENTS) {
            throw tooMany();
        }
        return ++number;
    }

    private RefusedException tooMany() {
        return new RefusedException(
                Refusal.TOO_MANY,
                Position.file(file),
                "more than " + CertificateFile.MAX_ELEMENTS + " certificates and other elements");
    }

    void addCertificate(Position position, byte[] der, Remarks remarks) throws RefusedException {
        CertificateId id = CertificateId.of(der);
        Seen key = new Seen(id, remarks.part);
        CertificateElement before = seen.get(key);
        if (before != null) {
            warn(
                    position,
                    "the same certificate as element " + before.position().element());
            return;
        }
        try {
            addCertificate(position, MailCertificate.of(der), remarks);
        } catch (CertificateException e) {
            bad(position, Reasons.of(e), Optional.of(der));
        }
    }

    void addCertificate(Position position, MailCertificate certificate, Remarks remarks) {
        CertificateElement element = new CertificateElement(position, certificate, remarks.windowsUsages);
        CertificateElement before = seen.putIfAbsent(new Seen(certificate.id(), remarks.part), element);
        if (before != null) {
            warn(
                    position,
                    "the same certificate as element " + before.position().element());
            return;
        }
        elements.add(element);
        if (element.isDistrustedForMail()) {
            warn(position, "Windows did not trust this certificate for mail where it comes from");
        }
    }

    void addCrl(Position position, byte[] der) throws RefusedException {
        try {
            elements.add(new CrlElement(position, CrlReader.read(der)));
        } catch (IOException e) {
            bad(position, "malformed revocation list");
        }
    }

    void addKey(Position position, String label, byte[] der, ReadOptions options) throws RefusedException {
        if (++keys > MAX_KEYS) {
            // The public half of a key is computed, which takes long for a long key.
            throw new RefusedException(Refusal.TOO_MANY, position, "more than " + MAX_KEYS + " private keys");
        }
        try {
            addKey(position, PrivateKeyFile.read(label, der, options.password()));
        } catch (KeyFileException e) {
            bad(position, String.valueOf(e.getMessage()));
        }
    }

    void addKey(Position position, KeyMaterial key) {
        elements.add(new KeyElement(position, key));
    }

    void bad(Position position, String message) throws RefusedException {
        bad(position, message, Optional.empty());
    }

    void bad(Position position, String message, Optional<byte[]> certificate) throws RefusedException {
        if (++problems > CertificateFile.MAX_ELEMENTS) {
            throw new RefusedException(
                    Refusal.TOO_MANY, position, "more than " + CertificateFile.MAX_ELEMENTS + " problems");
        }
        elements.add(new BadElement(position, message, certificate));
    }

    void warn(Position position, String message) {
        if (warnings.size() < MAX_WARNINGS) {
            warnings.add(new FormatProblem(position, message));
        } else if (warnings.size() == MAX_WARNINGS) {
            warnings.add(new FormatProblem(position, "further warnings are left out"));
        }
    }

    CertificateFile finish(Format format) {
        return elements.isEmpty() && format != Format.SST
                ? new CertificateFile.Refused(
                        Refusal.UNKNOWN_FORMAT,
                        new FormatProblem(Position.file(file), "no certificate, revocation list or key in it"))
                : new CertificateFile.Contents(file, format, elements, warnings);
    }

    private static final int MAX_KEYS = 100;
    private static final int MAX_WARNINGS = 1_000;
}
