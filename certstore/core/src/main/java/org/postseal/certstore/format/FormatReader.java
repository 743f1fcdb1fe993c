package org.postseal.certstore.format;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Recognises the format of a file, and passes the file to the reader of that format. */
final class FormatReader {
    private FormatReader() {}

    static CertificateFile read(String name, byte[] octets, ReadOptions options) {
        try {
            if (octets.length > CertificateFile.MAX_OCTETS) {
                throw new RefusedException(
                        Refusal.TOO_LARGE,
                        Position.file(name),
                        "longer than " + CertificateFile.MAX_OCTETS + " octets");
            }
            if (octets.length == 0) {
                throw new RefusedException(Refusal.UNKNOWN_FORMAT, Position.file(name), "empty");
            }
            Bundle bundle = new Bundle(name);
            Optional<CertificateFile> binary = readBinary(bundle, octets, options);
            return binary.isPresent() ? binary.get() : readText(bundle, octets, options);
        } catch (RefusedException e) {
            return e.outcome();
        }
    }

    private static Optional<CertificateFile> readBinary(Bundle bundle, byte[] octets, ReadOptions options)
            throws RefusedException {
        if (SstReader.isStore(octets)) {
            return Optional.of(SstBundle.read(bundle, octets, options));
        }
        if (octets[0] == Ber.SEQUENCE) {
            return Optional.of(DerFile.read(bundle, octets, options));
        }
        if (octets.length >= 4 && octets[0] == 'P' && octets[1] == 'K' && octets[2] <= 8 && octets[3] <= 8) {
            throw new RefusedException(
                    Refusal.UNKNOWN_FORMAT, Position.file(bundle.file()), "an archive; it is to be unpacked first");
        }
        return Optional.empty();
    }

    private static CertificateFile readText(Bundle bundle, byte[] octets, ReadOptions options) throws RefusedException {
        String text = text(octets);
        if (PemReader.isPem(text)) {
            return PemReader.read(bundle, text, options);
        }
        if (LdifReader.isLdif(text)) {
            return LdifReader.read(bundle, text);
        }
        Optional<byte[]> decoded = Base64Text.decode(text);
        if (decoded.isPresent() && decoded.get().length > 0) {
            Optional<CertificateFile> binary = readBinary(bundle, decoded.get(), options);
            if (binary.isPresent()) {
                return binary.get();
            }
        }
        throw new RefusedException(
                Refusal.UNKNOWN_FORMAT,
                Position.file(bundle.file()),
                "neither PEM, DER, PKCS #7, PKCS #12, SST nor LDIF");
    }

    // PowerShell's > writes UTF-16 with a byte order mark. Otherwise each octet becomes one character, so that nothing
    // is lost.
    private static String text(byte[] octets) {
        for (Mark mark : MARKS) {
            if (octets.length >= mark.octets.length && startsWith(octets, mark.octets)) {
                String text = new String(octets, mark.octets.length, octets.length - mark.octets.length, mark.charset);
                return mark.charset.equals(StandardCharsets.ISO_8859_1)
                        ? text
                        : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
            }
        }
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static boolean startsWith(byte[] octets, byte[] start) {
        return java.util.Arrays.equals(octets, 0, start.length, start, 0, start.length);
    }

    private record Mark(byte[] octets, Charset charset) {}

    private static final List<Mark> MARKS = List.of(
            new Mark(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, StandardCharsets.ISO_8859_1),
            new Mark(new byte[] {(byte) 0xff, (byte) 0xfe}, StandardCharsets.UTF_16LE),
            new Mark(new byte[] {(byte) 0xfe, (byte) 0xff}, StandardCharsets.UTF_16BE));
}
