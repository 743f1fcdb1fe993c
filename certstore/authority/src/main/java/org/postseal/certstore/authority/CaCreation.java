package org.postseal.certstore.authority;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.CaException.Kind;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/**
 * Makes an authority. It fills a folder beside the final place and then gives it its name, so that the authority is
 * complete or not there at all.
 *
 * @param folder the final place of the authority
 * @param rootKey the file for the root's key; may be outside of {@code folder}
 * @param algorithm the algorithm of both keys
 * @param rounds the PBKDF2 rounds for both passphrases
 */
public record CaCreation(Path folder, Path rootKey, CaSettings settings, KeyAlgorithm algorithm, int rounds) {
    /** The rounds make guessing a passphrase expensive: each guess takes a tenth of a second or more. */
    public static final int ROUNDS = 600_000;

    public static final int PASSPHRASE_LENGTH = 12;

    /**
     * Checks that nothing is in the places of the folder and of the root's key.
     *
     * @throws CaException when one of the two places is taken
     */
    public void demandPlace() throws CaException {
        demandFree(folder);
        demandFree(rootKey);
    }

    /**
     * Makes the authority.
     *
     * @param rootPassphrase the passphrase for the root's key
     * @param issuingPassphrase the passphrase for the intermediate's key, which is needed every day
     * @param now the time from which the certificates are valid
     * @throws CaException when there is one already, a passphrase is too short, or a file cannot be written
     */
    public CaFolder create(char[] rootPassphrase, char[] issuingPassphrase, Instant now) throws CaException {
        demandPlace();
        demandLong(rootPassphrase, "the root");
        demandLong(issuingPassphrase, "the intermediate");
        Path beside = DurableFile.folder(folder)
                .resolve("." + folder.getFileName() + ".new-"
                        + ProcessHandle.current().pid());
        boolean keyWritten = false;
        try {
            folder(beside, "rwx--x--x"); // A web server goes through this folder to the public files
            String lockedRoot = fill(beside, rootPassphrase, issuingPassphrase, now.truncatedTo(ChronoUnit.SECONDS));
            boolean isInside = rootKey.toAbsolutePath().startsWith(folder.toAbsolutePath());
            Path keyNow = isInside
                    ? beside.resolve(folder.toAbsolutePath()
                            .relativize(rootKey.toAbsolutePath())
                            .toString())
                    : rootKey;
            DurableFile.replaceOwn(keyNow, lockedRoot.getBytes(StandardCharsets.US_ASCII), DurableFile.SECRET);
            keyWritten = !isInside;
            DurableFile.synchronize(beside);
            Files.move(beside, folder, StandardCopyOption.ATOMIC_MOVE);
            keyWritten = false;
            DurableFile.synchronize(DurableFile.folder(folder));
            return CaFolder.open(folder);
        } catch (FileAlreadyExistsException e) {
            throw exists(folder);
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, folder + " cannot be made: " + e, e);
        } finally {
            remove(beside);
            if (keyWritten) {
                remove(rootKey);
            }
        }
    }

    /**
     * Removes what {@link #create} has just made and nobody has used.
     *
     * @throws CaException when it cannot be removed
     */
    public void undo() throws CaException {
        remove(folder);
        remove(rootKey);
    }

    private String fill(Path beside, char[] rootPassphrase, char[] issuingPassphrase, Instant now)
            throws IOException, CaException {
        Templates templates = new Templates(settings);
        KeyMaterial rootKeyMaterial = KeyMaterial.generate(algorithm);
        KeyMaterial issuerKey = KeyMaterial.generate(algorithm);
        MailCertificate root = CertificateAuthority.sign(
                templates.root(rootKeyMaterial.publicKey(), now, end(now, ROOT_YEARS)), rootKeyMaterial);
        MailCertificate issuer = CertificateAuthority.sign(
                templates.issuer(1, issuerKey.publicKey(), rootKeyMaterial.publicKey(), now, end(now, ISSUER_YEARS)),
                rootKeyMaterial);
        folder(beside.resolve(CaFiles.ISSUED), "rwx------");
        folder(beside.resolve(CaFiles.PUBLIC), "rwxr-xr-x");
        new CaFiles(beside).write(settings);
        write(beside, CaFiles.ROOT, root.toPem(), DurableFile.PUBLIC);
        write(beside, CaFiles.ISSUER, issuer.toPem(), DurableFile.PUBLIC);
        write(beside, CaFiles.ISSUING_KEY, issuerKey.toEncryptedPem(issuingPassphrase, rounds), DurableFile.SECRET);
        Path open = beside.resolve(CaFiles.PUBLIC);
        DurableFile.replace(open.resolve(CaSettings.ROOT_CERTIFICATE), root.encoded(), DurableFile.PUBLIC);
        DurableFile.replace(open.resolve(CaSettings.ISSUING_CERTIFICATE), issuer.encoded(), DurableFile.PUBLIC);
        byte[] rootList = RevocationListMaker.make(root, rootKeyMaterial, 1, now, RootList.VALID, List.of());
        DurableFile.replace(beside.resolve(CaFiles.ROOT_LIST), rootList, DurableFile.SECRET);
        DurableFile.replace(open.resolve(CaSettings.ROOT_LIST), rootList, DurableFile.PUBLIC);
        CaIndex index = CaIndex.EMPTY.withNextList();
        DurableFile.replace(
                open.resolve(CaSettings.ISSUING_LIST),
                RevocationListMaker.make(issuer, issuerKey, index.lists(), now, IssuingAuthority.LIST_VALID, List.of()),
                DurableFile.PUBLIC);
        write(beside, CaFiles.INDEX, index.text(), DurableFile.SECRET);
        return rootKeyMaterial.toEncryptedPem(rootPassphrase, rounds);
    }

    private static void folder(Path place, String permissions) throws IOException {
        Files.createDirectory(
                place, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        // The umask of the process may have taken permissions away.
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(permissions));
    }

    private static void write(Path folder, String name, String text, String permissions) throws IOException {
        DurableFile.replace(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8), permissions);
    }

    static Instant end(Instant from, int years) {
        // The last instant belongs to the validity (RFC 5280 §4.1.2.5).
        return from.plus(Duration.ofDays(Math.round(years * 365.25))).minusSeconds(1);
    }

    private static void demandFree(Path place) throws CaException {
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(place);
        }
    }

    private static CaException exists(Path place) {
        return new CaException(Kind.EXISTS, place + " is there already");
    }

    static void demandLong(char[] passphrase, String whose) throws CaException {
        if (passphrase.length < PASSPHRASE_LENGTH) {
            throw new CaException(
                    Kind.PASSPHRASE,
                    "the passphrase of " + whose + " has less than " + PASSPHRASE_LENGTH + " characters");
        }
    }

    private static void remove(Path place) throws CaException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(place)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new CaException(Kind.INPUT_OUTPUT, place + " cannot be removed: " + e, e);
        }
    }

    private static final int ROOT_YEARS = 20;
    static final int ISSUER_YEARS = 10;
}
