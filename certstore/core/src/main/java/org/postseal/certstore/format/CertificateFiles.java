package org.postseal.certstore.format;

import java.io.IOException;
import java.io.InputStream;

/** Reads octets and streams into a {@link CertificateFile}. */
public final class CertificateFiles {
    private CertificateFiles() {}

    /**
     * Reads the octets of a file.
     *
     * @param name the name for messages
     */
    public static CertificateFile read(String name, byte[] octets, ReadOptions options) {
        return FormatReader.read(name, octets, options);
    }

    /** Reads a stream, up to one octet more than a file may have. */
    public static CertificateFile read(String name, InputStream in, ReadOptions options) {
        try {
            return read(name, in.readNBytes(CertificateFile.MAX_OCTETS + 1), options);
        } catch (IOException e) {
            return new CertificateFile.Refused(
                    Refusal.UNREADABLE, new FormatProblem(Position.file(name), "cannot be read"));
        }
    }
}
