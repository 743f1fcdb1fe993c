package org.postseal.certstore.ca;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ca.CaException.Kind;

/**
 * The folder of an authority: certificates of root and intermediate, the intermediate's key under a passphrase, the index of all that was issued, and {@code public/} with
 * what others fetch. While it is open nobody else changes it. Not thread-safe.
 *
 * <p>Each file is replaced as a whole. A certificate is on the disk before the index names it, and the index names it before anybody uses it, so that none is ever used
 * that cannot be revoked.
 */
public final class CaFolder implements AutoCloseable {
    private final Path folder;
    private final FileChannel channel;
    private final CaSettings settings;
    private final MailCertificate root;
    private final MailCertificate issuer;
    private CaIndex index;

    private CaFolder(
            Path folder,
            FileChannel channel,
            CaSettings settings,
            MailCertificate root,
            MailCertificate issuer,
            CaIndex index) {
        this.folder = folder;
        this.channel = channel;
        this.settings = settings;
        this.root = root;
        this.issuer = issuer;
        this.index = index;
    }

    /**
     * Opens an authority.
     *
     * @throws CaException when there is none, it is being changed, or a file of it is damaged
     */
    public static CaFolder open(Path folder) throws CaException {
        FileChannel channel = null;
        try {
            if (!Files.exists(folder.resolve(SETTINGS))) {
                throw new CaException(Kind.ABSENT, "there is no authority in " + folder);
            }
            channel = locked(folder);
            CaFolder opened = new CaFolder(
                    folder,
                    channel,
                    settings(folder),
                    certificate(folder.resolve(ROOT)),
                    certificate(folder.resolve(ISSUER)),
                    CaIndex.parse(text(folder.resolve(INDEX))));
            channel = null;
            return opened;
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, folder + " cannot be read: " + e, e);
        } finally {
            closeQuietly(channel);
        }
    }

    /** What it was made with. */
    public CaSettings settings() {
        return settings;
    }

    /** The trust anchor. */
    public MailCertificate root() {
        return root;
    }

    /** The intermediate that signs users' certificates. */
    public MailCertificate issuer() {
        return issuer;
    }

    /** Everything that was issued. */
    public CaIndex index() {
        return index;
    }

    /** A file that others fetch: a constant of {@link CaSettings}. */
    public Path publicFile(String name) {
        return folder.resolve(PUBLIC).resolve(name);
    }

    /** A certificate that was issued here, in PEM. */
    public Path certificateFile(IssuedEntry entry) {
        return folder.resolve(ISSUED).resolve(entry.serialHex() + ".pem");
    }

    /**
     * Reads a certificate that was issued here.
     *
     * @throws CaException when it is not there any more
     */
    public MailCertificate certificate(IssuedEntry entry) throws CaException {
        try {
            return certificate(certificateFile(entry));
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, certificateFile(entry) + " cannot be read: " + e, e);
        }
    }

    /** Where the intermediate's key is. */
    public Path issuingKey() {
        return folder.resolve(ISSUING_KEY);
    }

    /** Takes the right to sign; the passphrase is the caller's to wipe. */
    public IssuingAuthority unlock(char[] passphrase) throws CaException {
        return new IssuingAuthority(this, LockedKey.open(issuingKey(), passphrase, issuer));
    }

    /** Takes back what was {@link #add}ed, whose certificates nobody has got. */
    public void forget(List<IssuedEntry> entries) throws CaException {
        try {
            write(index.without(entries));
            for (IssuedEntry each : entries) {
                Files.deleteIfExists(certificateFile(each));
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Lines that say which notices were sent: serial number, days before the end, recipient. */
    public List<String> notices() throws CaException {
        try {
            return Files.exists(folder.resolve(NOTICES))
                    ? text(folder.resolve(NOTICES)).lines().toList()
                    : List.of();
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, folder.resolve(NOTICES) + " cannot be read: " + e, e);
        }
    }

    /** Adds a line to those. */
    public void addNotice(String line) throws CaException {
        try {
            String before = Files.exists(folder.resolve(NOTICES)) ? text(folder.resolve(NOTICES)) : "";
            DurableFile.replace(
                    folder.resolve(NOTICES),
                    (before + line + "\n").getBytes(StandardCharsets.UTF_8),
                    DurableFile.SECRET);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Enters what was issued. */
    void add(List<IssuedEntry> entries, List<MailCertificate> certificates) throws CaException {
        try {
            for (int i = 0; i < entries.size(); i++) {
                DurableFile.replace(
                        certificateFile(entries.get(i)),
                        certificates.get(i).toPem().getBytes(StandardCharsets.US_ASCII),
                        DurableFile.PUBLIC);
            }
            write(index.with(entries));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Replaces the index, and with it nothing else. */
    void replace(CaIndex next) throws CaException {
        try {
            write(next);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Puts a file where others fetch it. */
    void publish(String name, byte[] octets) throws CaException {
        try {
            DurableFile.replace(publicFile(name), octets, DurableFile.PUBLIC);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Lets others change it. */
    @Override
    public void close() {
        closeQuietly(channel);
    }

    static void writeSettings(Path folder, CaSettings settings) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("organization", settings.organization());
        properties.setProperty("country", settings.country());
        properties.setProperty("url", settings.url());
        StringWriter text = new StringWriter();
        properties.store(text, "made by postseal ca init; read, never changed");
        DurableFile.replace(
                folder.resolve(SETTINGS), text.toString().getBytes(StandardCharsets.UTF_8), DurableFile.PUBLIC);
    }

    private static CaSettings settings(Path folder) throws IOException, CaException {
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

    private void write(CaIndex next) throws IOException {
        DurableFile.replace(folder.resolve(INDEX), next.text().getBytes(StandardCharsets.UTF_8), DurableFile.SECRET);
        index = next;
    }

    private CaException unwritable(IOException e) {
        return new CaException(Kind.INPUT_OUTPUT, folder + " cannot be written: " + e, e);
    }

    private static FileChannel locked(Path folder) throws IOException, CaException {
        FileChannel channel = FileChannel.open(
                folder.resolve(LOCK),
                java.util.Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(DurableFile.SECRET)));
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            // as if somebody else had it
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

    static MailCertificate certificate(Path file) throws IOException, CaException {
        String text = text(file);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        try {
            if (begin >= 0 && end > begin) {
                return MailCertificate.of(
                        java.util.Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end)));
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new CaException(Kind.DAMAGED, file + " is damaged", e);
        }
        throw new CaException(Kind.DAMAGED, file + " is damaged");
    }

    private static String text(Path file) throws IOException, CaException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_OCTETS), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new CaException(Kind.DAMAGED, file + " is missing", e);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static final String SETTINGS = "ca.properties";
    static final String INDEX = "index";
    static final String ROOT = "root.pem";
    static final String ISSUER = "issuing.pem";
    static final String ROOT_KEY = "root.key";
    static final String ISSUING_KEY = "issuing.key";
    static final String ISSUED = "issued";
    static final String PUBLIC = "public";
    private static final String NOTICES = "notices";
    private static final String LOCK = "lock";
    private static final int MAX_OCTETS = 256 << 20;
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";
}
