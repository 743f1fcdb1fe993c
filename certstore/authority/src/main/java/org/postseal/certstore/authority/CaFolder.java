package org.postseal.certstore.authority;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.CaException.Kind;
import org.postseal.certstore.key.KeyMaterial;

/**
 * The folder of an authority: the certificates of root and intermediate, the intermediate's key under a passphrase, the
 * index of all issued certificates, and {@code public/} with what others fetch. While it is open, nobody else can
 * change it. Not thread-safe.
 *
 * <p>Each file is replaced as a whole. A certificate is on the disk before the index names it, and the index names it
 * before anybody uses it. So no certificate is ever used that cannot be revoked.
 */
public final class CaFolder implements AutoCloseable {
    private final CaFiles files;
    private final FileChannel lock;
    private final CaSettings settings;
    private final MailCertificate root;
    private final List<Intermediate> intermediates;
    private CaIndex index;

    private CaFolder(
            CaFiles files,
            FileChannel lock,
            CaSettings settings,
            MailCertificate root,
            List<Intermediate> intermediates,
            CaIndex index) {
        this.files = files;
        this.lock = lock;
        this.settings = settings;
        this.root = root;
        this.intermediates = List.copyOf(intermediates);
        this.index = index;
    }

    /**
     * Opens an authority.
     *
     * @throws CaException when there is none, it is being changed, or one of its files is damaged
     */
    public static CaFolder open(Path folder) throws CaException {
        CaFiles files = new CaFiles(folder);
        if (!files.areThere()) {
            throw new CaException(Kind.ABSENT, "there is no authority in " + folder);
        }
        FileChannel lock = null;
        try {
            lock = files.lock();
            CaFolder opened =
                    new CaFolder(files, lock, files.settings(), files.root(), files.intermediates(), files.index());
            lock = null;
            return opened;
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, folder + " cannot be read: " + e, e);
        } finally {
            closeQuietly(lock);
        }
    }

    public CaSettings settings() {
        return settings;
    }

    /** Returns the root, which is the trust anchor. */
    public MailCertificate root() {
        return root;
    }

    /** Returns the certificate of the intermediate that signs users' certificates: the last one. */
    public MailCertificate issuer() {
        return intermediate().certificate();
    }

    /** Returns the intermediate that signs users' certificates: the last one. */
    public Intermediate intermediate() {
        return intermediates.getLast();
    }

    /** Returns all intermediates in the order of their numbers. */
    public List<Intermediate> intermediates() {
        return intermediates;
    }

    /** Returns the intermediates that the root's list revokes. */
    public List<Intermediate> revokedIntermediates() throws CaException {
        Set<BigInteger> revoked = RootList.revoked(this);
        return intermediates.stream()
                .filter(each -> revoked.contains(each.certificate().serialNumber()))
                .toList();
    }

    /**
     * Returns the intermediates whose lists others still look at: the last one, and every earlier one with issued
     * certificates that have not expired. Intermediates that have expired or are revoked are not among them.
     */
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

    /**
     * Returns the root's list as it was signed last. We take from it which intermediates are revoked, since others may
     * replace the file in {@code public/}. Earlier versions kept no copy, so the public file is used then.
     */
    Path rootList() {
        return Files.exists(files.rootList()) ? files.rootList() : publicFile(CaSettings.ROOT_LIST);
    }

    /** Keeps a list that the root signed, and puts it where others fetch it. */
    void publishRootList(byte[] octets) throws CaException {
        write(() -> DurableFile.replace(files.rootList(), octets, DurableFile.SECRET));
        publish(CaSettings.ROOT_LIST, octets);
    }

    /** Returns the index of everything that was issued. */
    public CaIndex index() {
        return index;
    }

    /** Returns the folder with the files that others fetch. */
    public Path publicFolder() {
        return files.open("");
    }

    /** Returns a file that others fetch; the name is a constant of {@link CaSettings}. */
    public Path publicFile(String name) {
        return files.open(name);
    }

    /** Returns whether OCSP answers are signed. Then certificates that are issued name the responder. */
    public boolean hasResponder() {
        return Files.exists(publicFile(CaSettings.OCSP_ANSWERS));
    }

    /** Returns the PEM file of a certificate that was issued here. */
    public Path certificateFile(IssuedEntry entry) {
        return files.issued(entry);
    }

    /**
     * Reads a certificate that was issued here.
     *
     * @throws CaException when its file is missing
     */
    public MailCertificate certificate(IssuedEntry entry) throws CaException {
        try {
            return CaFiles.certificate(certificateFile(entry));
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, certificateFile(entry) + " cannot be read: " + e, e);
        }
    }

    /** Returns the key file of the intermediate with this number. */
    public Path issuingKey(int number) {
        return files.issuingKey(number);
    }

    /**
     * Opens the keys for signing. All intermediates have the same passphrase, which the caller wipes. Revoked
     * intermediates go on signing their lists while their keys are there and open. Somebody with an old list of the
     * root still believes those lists, and without them would again accept what they revoke.
     *
     * @param now the time, which decides whose lists are to be signed
     * @throws CaException when a key of {@link #listing} does not open, or as REFUSED when no key can sign
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
                    // The key of a revoked intermediate may be destroyed or under an earlier passphrase. Anybody who
                    // fetches the root's list still learns of the revocation.
                }
            }
        }
        if (keys.isEmpty()) {
            throw new CaException(
                    Kind.REFUSED,
                    now.isAfter(issuer().notAfter())
                            ? IssuingAuthority.notValid(issuer())
                            : "there is nothing to sign by: the intermediate is revoked,"
                                    + " and its key is gone or does not open; postseal ca renew-intermediate");
        }
        return new IssuingAuthority(this, keys);
    }

    /**
     * Writes the certificate of an intermediate that was just made. It becomes the last one when the folder is opened
     * again.
     *
     * @throws CaException when it cannot be written
     */
    public void add(Intermediate next) throws CaException {
        write(() -> replace(files.issuer(next.number()), next.certificate()));
    }

    /**
     * Removes an intermediate that was just made and has not been added.
     *
     * @throws CaException when it cannot be removed
     */
    public void forget(Intermediate next) throws CaException {
        write(() -> {
            Files.deleteIfExists(files.issuer(next.number()));
            Files.deleteIfExists(issuingKey(next.number()));
            Files.deleteIfExists(publicFile(next.list()));
            Files.deleteIfExists(publicFile(next.published()));
        });
    }

    /** Writes a file that only we may read. */
    void keep(Path file, String text) throws CaException {
        write(() -> DurableFile.replace(file, text.getBytes(StandardCharsets.US_ASCII), DurableFile.SECRET));
    }

    /** Removes entries that were just {@link #add}ed and whose certificates nobody has received. */
    public void forget(List<IssuedEntry> entries) throws CaException {
        replace(index.without(entries));
        write(() -> {
            for (IssuedEntry each : entries) {
                Files.deleteIfExists(certificateFile(each));
            }
        });
    }

    /** Returns the lines about sent notices: serial number, days before the end, recipient. */
    public List<String> notices() throws CaException {
        try {
            return files.notices().lines().toList();
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, "the notices in " + files.folder() + " cannot be read: " + e, e);
        }
    }

    public void addNotice(String line) throws CaException {
        write(() -> files.writeNotices(files.notices() + line + "\n"));
    }

    /** Writes issued certificates and enters them in the index. */
    void add(List<IssuedEntry> entries, List<MailCertificate> certificates) throws CaException {
        write(() -> {
            for (int i = 0; i < entries.size(); i++) {
                replace(certificateFile(entries.get(i)), certificates.get(i));
            }
        });
        replace(index.with(entries));
    }

    /** Replaces the index and nothing else. */
    void replace(CaIndex next) throws CaException {
        write(() -> files.write(next));
        index = next;
    }

    void publish(String name, byte[] octets) throws CaException {
        write(() -> DurableFile.replace(publicFile(name), octets, DurableFile.PUBLIC));
    }

    /** Releases the lock, so that others may change the folder. */
    @Override
    public void close() {
        closeQuietly(lock);
    }

    private static void replace(Path file, MailCertificate certificate) throws IOException {
        DurableFile.replace(file, certificate.toPem().getBytes(StandardCharsets.US_ASCII), DurableFile.PUBLIC);
    }

    private interface Work {
        void run() throws IOException, CaException;
    }

    private void write(Work work) throws CaException {
        try {
            work.run();
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, files.folder() + " cannot be written: " + e, e);
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
}
