package org.postseal.certstore.ca;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ca.CaException.Kind;
import org.postseal.certstore.key.KeyMaterial;

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
    private final List<Intermediate> intermediates;
    private CaIndex index;

    private CaFolder(
            Path folder,
            FileChannel channel,
            CaSettings settings,
            MailCertificate root,
            List<Intermediate> intermediates,
            CaIndex index) {
        this.folder = folder;
        this.channel = channel;
        this.settings = settings;
        this.root = root;
        this.intermediates = List.copyOf(intermediates);
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
                    intermediates(folder),
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

    /** The certificate of the intermediate that signs users' certificates: the last one. */
    public MailCertificate issuer() {
        return intermediate().certificate();
    }

    /** The intermediate that signs users' certificates: the last one. */
    public Intermediate intermediate() {
        return intermediates.getLast();
    }

    /** All that there were, in the order of their numbers. */
    public List<Intermediate> intermediates() {
        return intermediates;
    }

    /** Those that the root's list revokes. */
    public List<Intermediate> revokedIntermediates() throws CaException {
        Set<BigInteger> revoked = RootList.revoked(this);
        return intermediates.stream()
                .filter(each -> revoked.contains(each.certificate().serialNumber()))
                .toList();
    }

    /** Those whose list others still look at: the last one, and every earlier one of whose certificates some are in their time; none that has expired or is revoked. */
    public List<Intermediate> listing(Instant now) throws CaException {
        List<Intermediate> revoked = revokedIntermediates();
        return intermediates.stream()
                .filter(each -> !revoked.contains(each) && isInDemand(each, now))
                .toList();
    }

    private boolean isInDemand(Intermediate each, Instant now) {
        return !now.isAfter(each.certificate().notAfter())
                && (each.equals(intermediate())
                        || index.entries().stream()
                                .anyMatch(entry -> entry.issuer() == each.number()
                                        && entry.notAfter()
                                                .plus(IssuingAuthority.LIST_VALID)
                                                .isAfter(now)));
    }

    /** The root's list as it was signed last, by which we know who is revoked: what lies in {@code public/} others may replace. An earlier version has kept none. */
    Path rootList() {
        Path kept = folder.resolve(ROOT_LIST);
        return Files.exists(kept) ? kept : publicFile(CaSettings.ROOT_LIST);
    }

    /** Keeps a list of the root, and puts it where others fetch it. */
    void publishRootList(byte[] octets) throws CaException {
        try {
            DurableFile.replace(folder.resolve(ROOT_LIST), octets, DurableFile.SECRET);
        } catch (IOException e) {
            throw unwritable(e);
        }
        publish(CaSettings.ROOT_LIST, octets);
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

    /** Where the key of the intermediate with this number is. */
    public Path issuingKey(int number) {
        return folder.resolve(Intermediate.name(number, ISSUING_KEY));
    }

    /**
     * Takes the right to sign; the passphrase, one for all intermediates, is the caller's to wipe. Revoked ones sign their lists as well for as long as their keys are
     * there and open: who has an old list of the root believes theirs, and would take back the refusal of what stands in it.
     *
     * @param now whose lists are to be signed depends on it
     * @throws CaException when a key of {@link #listing} does not open; REFUSED when there is nothing to sign by
     */
    public IssuingAuthority unlock(char[] passphrase, Instant now) throws CaException {
        Map<Intermediate, KeyMaterial> keys = new LinkedHashMap<>();
        List<Intermediate> revoked = revokedIntermediates();
        for (Intermediate each : intermediates) {
            if (isInDemand(each, now)) {
                try {
                    keys.put(each, LockedKey.open(issuingKey(each.number()), passphrase, each.certificate()));
                } catch (CaException e) {
                    if (!revoked.contains(each)) {
                        throw e;
                    }
                    // destroyed, or under the passphrase of before: whoever asks the root's list knows all the same
                }
            }
        }
        if (keys.isEmpty()) {
            throw new CaException(
                    Kind.REFUSED,
                    now.isAfter(issuer().notAfter())
                            ? IssuingAuthority.notValid(issuer())
                            : "there is nothing to sign by: the intermediate is revoked, and its key is gone or does not open; postseal ca renew-intermediate");
        }
        return new IssuingAuthority(this, keys);
    }

    /**
     * Writes the certificate of an intermediate that was just made, which makes it the last one once the folder is opened again.
     *
     * @throws CaException when it cannot be written
     */
    public void add(Intermediate next) throws CaException {
        try {
            DurableFile.replace(
                    folder.resolve(Intermediate.name(next.number(), ISSUER)),
                    next.certificate().toPem().getBytes(StandardCharsets.US_ASCII),
                    DurableFile.PUBLIC);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /**
     * Takes back an intermediate that was just made, and has not been added.
     *
     * @throws CaException when it cannot be removed
     */
    public void forget(Intermediate next) throws CaException {
        try {
            Files.deleteIfExists(folder.resolve(Intermediate.name(next.number(), ISSUER)));
            Files.deleteIfExists(issuingKey(next.number()));
            Files.deleteIfExists(publicFile(next.list()));
            Files.deleteIfExists(publicFile(next.published()));
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Writes a file that only we may read. */
    void keep(Path file, String text) throws CaException {
        try {
            DurableFile.replace(file, text.getBytes(StandardCharsets.US_ASCII), DurableFile.SECRET);
        } catch (IOException e) {
            throw unwritable(e);
        }
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
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
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

    private static List<Intermediate> intermediates(Path folder) throws IOException, CaException {
        List<Intermediate> all = new ArrayList<>(List.of(new Intermediate(1, certificate(folder.resolve(ISSUER)))));
        for (int number = 2; Files.exists(folder.resolve(Intermediate.name(number, ISSUER))); number++) {
            all.add(new Intermediate(number, certificate(folder.resolve(Intermediate.name(number, ISSUER)))));
        }
        return all;
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
    static final String ROOT_LIST = "root.crl";
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
