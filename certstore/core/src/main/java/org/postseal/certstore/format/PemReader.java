package org.postseal.certstore.format;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.key.PrivateKeyFile;

/**
 * Reads PEM (RFC 7468): any number of objects, with anything between them.
 * A bad object is reported with its line, and the next one is read all the same.
 */
final class PemReader {
    private final Bundle bundle;
    private final ReadOptions options;

    private PemReader(Bundle bundle, ReadOptions options) {
        this.bundle = bundle;
        this.options = options;
    }

    static boolean isPem(String text) {
        return text.startsWith(BEGIN) || text.contains("\n" + BEGIN);
    }

    static CertificateFile read(Bundle bundle, String text, ReadOptions options) throws RefusedException {
        new PemReader(bundle, options).read(new Lines(text));
        return bundle.finish(Format.PEM);
    }

    private void read(Lines lines) throws RefusedException {
        for (String line = lines.next(); line != null; line = lines.next()) {
            // An object without its end is reported when the next one begins, which is then read.
            while (line != null && line.startsWith(BEGIN)) {
                line = readObject(line.strip(), lines);
            }
            if (line == null) {
                return;
            }
        }
    }

    /**
     * Reads an object. Returns the line that begins the next one if that came before the end of this one,
     * an empty line if this one has its end, or null at the end of the file.
     */
    private @Nullable String readObject(String begin, Lines lines) throws RefusedException {
        String label = label(begin, BEGIN);
        // A PKCS #7 is not counted; its elements are.
        Position position = Position.line(bundle.file(), PKCS7.contains(label) ? 0 : bundle.next(), lines.number());
        StringBuilder base64 = new StringBuilder();
        boolean hasHeaders = false;
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (line.startsWith(BEGIN)) {
                bundle.bad(position, "PEM object without its end");
                return line;
            }
            if (line.startsWith(END)) {
                if (label(line.strip(), END).equals(label)) {
                    addObject(position, label, hasHeaders, base64);
                } else {
                    bundle.bad(position, "PEM object that ends as another");
                }
                return "";
            }
            if (line.indexOf(':') >= 0) {
                hasHeaders = true;
            } else {
                base64.append(line);
            }
        }
        bundle.bad(position, "PEM object without its end");
        return null;
    }

    private void addObject(Position position, String label, boolean hasHeaders, StringBuilder base64)
            throws RefusedException {
        boolean isKey = PrivateKeyFile.isPrivateKey(label);
        if (isKey && hasHeaders) {
            bundle.bad(position, "private key encrypted in the old way of OpenSSL is not supported");
            return;
        }
        Optional<byte[]> der = Base64Text.decode(base64);
        if (der.isEmpty()) {
            bundle.bad(position, "PEM object whose content is not base64");
        } else if (PKCS7.contains(label)) {
            addPkcs7(position, der.get());
        } else if (isKey) {
            bundle.addKey(position, label, der.get(), options);
        } else {
            switch (label) {
                case "CERTIFICATE", "X509 CERTIFICATE" ->
                    bundle.addCertificate(position, der.get(), Bundle.Remarks.NONE);
                case "X509 CRL" -> bundle.addCrl(position, der.get());
                case "PKCS12" -> DerFile.addPkcs12(bundle, der.get(), options);
                case "TRUSTED CERTIFICATE" ->
                    bundle.bad(position, "certificate with OpenSSL's own trust settings is not supported");
                default -> bundle.warn(position, "PEM object of another kind is skipped");
            }
        }
    }

    private void addPkcs7(Position object, byte[] der) throws RefusedException {
        try {
            Pkcs7Reader.read(bundle, der, (element, _) -> Position.line(bundle.file(), element, object.at()));
        } catch (BerException e) {
            bundle.bad(object, "damaged PKCS #7: " + e.getMessage());
        }
    }

    private static String label(String line, String start) {
        return line.endsWith(DASHES) && line.length() >= start.length() + DASHES.length()
                ? line.substring(start.length(), line.length() - DASHES.length())
                : "";
    }

    private static final Set<String> PKCS7 = Set.of("PKCS7", "PKCS #7 SIGNED DATA", "CMS");
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
}
