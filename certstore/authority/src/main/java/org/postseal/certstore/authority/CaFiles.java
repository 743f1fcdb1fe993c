package org.postseal.certstore.authority;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PemText;
import org.postseal.certstore.authority.CaException.Kind;

/**
 * The files of an authority: their names, what each holds, and the lock on all of them. Each is read and replaced as a
 * whole. Immutable.
 */
record CaFiles(Path folder) {
    boolean areThere() {
        return Files.exists(folder.resolve(SETTINGS));
    }

    /**
     * Keeps others from changing the files until the channel is closed.
     *
     * @throws CaException as BUSY when somebody else holds the lock
     */
    FileChannel lock() throws IOException, CaException {
        Path file = folder.resolve(LOCK);
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(DurableFile.SECRET)));
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            // This process holds the lock already, which counts as if another process did.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new CaException(Kind.BUSY, "another command is at work in " + folder);
        }
        return channel;
    }

    CaSettings settings() throws IOException, CaException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text(folder.resolve(SETTINGS))));
        } catch (IllegalArgumentException e) {
            throw new CaException(Kind.DAMAGED, folder.resolve(SETTINGS) + " is damaged", e);
        }
        CaSettings settings = new CaSettings(
                properties.getProperty("organization", ""),
                properties.getProperty("country", ""),
                properties.getProperty("url", ""));
        if (CaSettings.problem(settings.organization(), settings.country(), settings.url())
                .isPresent()) {
            throw new CaException(Kind.DAMAGED, folder.resolve(SETTINGS) + " is damaged");
        }
        return settings;
    }

    void write(CaSettings settings) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("organization", settings.organization());
        properties.setProperty("country", settings.country());
        properties.setProperty("url", settings.url());
        StringWriter text = new StringWriter();
        properties.store(text, "made by postseal ca init; read, never changed");
        DurableFile.replace(
                folder.resolve(SETTINGS), text.toString().getBytes(StandardCharsets.UTF_8), DurableFile.PUBLIC);
    }

    MailCertificate root() throws IOException, CaException {
        return certificate(folder.resolve(ROOT));
    }

    /** Returns the intermediates. The first one must exist; the numbers of the others have no gap. */
    List<Intermediate> intermediates() throws IOException, CaException {
        List<Intermediate> all = new ArrayList<>(List.of(new Intermediate(1, certificate(issuer(1)))));
        for (int number = 2; Files.exists(issuer(number)); number++) {
            all.add(new Intermediate(number, certificate(issuer(number))));
        }
        return all;
    }

    CaIndex index() throws IOException, CaException {
        return CaIndex.parse(text(folder.resolve(INDEX)));
    }

    void write(CaIndex index) throws IOException {
        DurableFile.replace(folder.resolve(INDEX), index.text().getBytes(StandardCharsets.UTF_8), DurableFile.SECRET);
    }

    /** Returns the notices; empty before the first one was sent. */
    String notices() throws IOException, CaException {
        return Files.exists(folder.resolve(NOTICES)) ? text(folder.resolve(NOTICES)) : "";
    }

    void writeNotices(String text) throws IOException {
        DurableFile.replace(folder.resolve(NOTICES), text.getBytes(StandardCharsets.UTF_8), DurableFile.SECRET);
    }

    /** Returns the certificate file of an intermediate. */
    Path issuer(int number) {
        return folder.resolve(Intermediate.name(number, ISSUER));
    }

    Path issuingKey(int number) {
        return folder.resolve(Intermediate.name(number, ISSUING_KEY));
    }

    Path issued(IssuedEntry entry) {
        return folder.resolve(ISSUED).resolve(entry.serialHex() + ".pem");
    }

    /** Returns a file that others fetch; the name is a constant of {@link CaSettings}. */
    Path open(String name) {
        return folder.resolve(PUBLIC).resolve(name);
    }

    /** Returns our own copy of the root's list. */
    Path rootList() {
        return folder.resolve(ROOT_LIST);
    }

    static MailCertificate certificate(Path file) throws IOException, CaException {
        try {
            return MailCertificate.of(PemText.find(text(file), "CERTIFICATE")
                    .orElseThrow(() -> new IllegalArgumentException("no certificate in it")));
        } catch (CertificateException | IllegalArgumentException e) {
            throw new CaException(Kind.DAMAGED, file + " is damaged", e);
        }
    }

    private static String text(Path file) throws IOException, CaException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_OCTETS), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new CaException(Kind.DAMAGED, file + " is missing", e);
        }
    }

    static final String INDEX = "index";
    static final String ROOT_LIST = "root.crl";
    static final String ROOT = "root.pem";
    static final String ISSUER = "issuing.pem";
    static final String ISSUING_KEY = "issuing.key";
    static final String ISSUED = "issued";
    static final String PUBLIC = "public";
    private static final String SETTINGS = "ca.properties";
    private static final String NOTICES = "notices";
    private static final String LOCK = "lock";
    private static final int MAX_OCTETS = 256 << 20;
}
