package org.postseal.certstore.files;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyFile;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.key.PemFile;
import org.postseal.certstore.key.Pkcs12File;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the files of a store directory. It collects all problems and does not stop at the first. */
final class StoreFiles {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);

    private final List<MailCertificate> anchors = new ArrayList<>();
    private final List<MailCertificate> certificates = new ArrayList<>();
    private final List<FoundKey> keys = new ArrayList<>();
    private final List<StoreProblem> problems = new ArrayList<>();
    private final List<StoreProblem> warnings = new ArrayList<>();
    private final FileGuard guard = new FileGuard();

    /**
     * A key that was found.
     *
     * @param beside the certificates of the same file
     */
    record FoundKey(Path file, KeyMaterial key, List<MailCertificate> beside) {}

    private StoreFiles() {}

    static StoreFiles read(Path directory, boolean hasOtherAnchors) {
        StoreFiles files = new StoreFiles();
        Path trust = directory.resolve("trust");
        files.readDirectory(directory, false);
        if (Files.exists(trust)) {
            files.readDirectory(trust, true);
        }
        if (files.anchors.isEmpty() && !files.certificates.isEmpty() && !hasOtherAnchors) {
            files.problems.add(new StoreProblem(trust, "no trust anchor, so no certificate could ever be used"));
        }
        return files;
    }

    List<MailCertificate> anchors() {
        return anchors;
    }

    List<MailCertificate> certificates() {
        return certificates;
    }

    List<FoundKey> keys() {
        return keys;
    }

    List<StoreProblem> problems() {
        return problems;
    }

    /** Returns what others can do with the files, which may be intended. */
    List<StoreProblem> warnings() {
        return warnings;
    }

    private void guard(Path file, FileGuard.Use use) {
        for (FileGuard.Finding finding : guard.look(file, use)) {
            (finding.isRefused() ? problems : warnings).add(new StoreProblem(file, finding.text()));
        }
    }

    private void readDirectory(Path directory, boolean isTrust) {
        guard(directory, FileGuard.Use.RULE);
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            problems.add(new StoreProblem(directory, "directory cannot be read"));
            return;
        }
        entries.sort(null);
        for (Path file : entries) {
            String name = file.getFileName().toString();
            if (name.startsWith(".") || Files.isDirectory(file) || name.endsWith(".password")) {
                continue;
            }
            String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            if (PLAIN.contains(suffix) || PKCS12.contains(suffix)) {
                readFile(file, PKCS12.contains(suffix), isTrust);
            } else {
                LOG.warn("certificate store: {} is ignored, its name ends in none of {} {}", file, PLAIN, PKCS12);
            }
        }
    }

    private void readFile(Path file, boolean isPkcs12, boolean isTrust) {
        try {
            byte[] content = content(file);
            if (isPkcs12) {
                guard(passwordFile(file), FileGuard.Use.SECRET);
            }
            KeyFile found = isPkcs12 ? Pkcs12File.read(content, password(file)) : PemFile.read(content);
            guard(file, found.keys().isEmpty() ? FileGuard.Use.RULE : FileGuard.Use.SECRET);
            if (found.certificates().isEmpty() && found.keys().isEmpty()) {
                throw new KeyFileException("no certificate in file");
            }
            if (isTrust && !found.keys().isEmpty()) {
                throw new KeyFileException("a private key has no place among the trust anchors");
            }
            (isTrust ? anchors : certificates).addAll(found.certificates());
            found.keys().forEach(key -> keys.add(new FoundKey(file, key, found.certificates())));
        } catch (KeyFileException e) {
            problems.add(new StoreProblem(file, e.getMessage() == null ? "unusable" : e.getMessage()));
        } catch (IOException e) {
            problems.add(new StoreProblem(file, "file cannot be read"));
        } catch (RuntimeException e) {
            // This is the border for whatever parsers throw at damaged octets: a reload must not end the service.
            LOG.warn("certificate store: {} is damaged: {}", file, e.toString());
            problems.add(new StoreProblem(file, "malformed"));
        }
    }

    /** Returns true if files with this lower-case suffix are read. */
    static boolean isTaken(String suffix) {
        return PLAIN.contains(suffix) || PKCS12.contains(suffix);
    }

    static boolean isPkcs12(String suffix) {
        return PKCS12.contains(suffix);
    }

    private static byte[] content(Path file) throws IOException, KeyFileException {
        if (Files.size(file) > MAX_FILE_OCTETS) {
            throw new KeyFileException("file larger than " + MAX_FILE_OCTETS + " octets");
        }
        return Files.readAllBytes(file);
    }

    private static Path passwordFile(Path file) {
        return file.resolveSibling(file.getFileName() + ".password");
    }

    private static char[] password(Path file) throws IOException, KeyFileException {
        Path passwordFile = passwordFile(file);
        try {
            CharBuffer text =
                    StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(content(passwordFile)));
            int length = text.length();
            // One trailing newline is dropped, since editors and echo write it.
            if (length > 0 && text.charAt(length - 1) == '\n') {
                length--;
                if (length > 0 && text.charAt(length - 1) == '\r') {
                    length--;
                }
            }
            char[] password = new char[length];
            text.get(password);
            return password;
        } catch (NoSuchFileException e) {
            throw new KeyFileException("password file " + passwordFile.getFileName() + " is missing", e);
        } catch (CharacterCodingException e) {
            throw new KeyFileException("password file " + passwordFile.getFileName() + " is not UTF-8", e);
        } catch (IOException e) {
            throw new KeyFileException("password file " + passwordFile.getFileName() + " cannot be read", e);
        }
    }

    private static final Set<String> PLAIN =
            new java.util.TreeSet<>(Set.of("pem", "crt", "cer", "der", "key", "p7b", "p7c"));
    private static final Set<String> PKCS12 = new java.util.TreeSet<>(Set.of("p12", "pfx"));
    private static final long MAX_FILE_OCTETS = 16L * 1024 * 1024;
}
