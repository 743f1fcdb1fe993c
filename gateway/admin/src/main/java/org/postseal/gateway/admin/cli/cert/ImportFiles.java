package org.postseal.gateway.admin.cli.cert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.format.BundleElement.BadElement;
import org.postseal.certstore.format.CertificateFile;
import org.postseal.certstore.format.CertificateFiles;
import org.postseal.certstore.format.FormatProblem;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.certstore.format.Refusal;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.PasswordFile;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/**
 * Reads the files that a command was given. If any of them has a problem, all problems of all files are printed and
 * nothing happens.
 */
public final class ImportFiles {
    private final StoreAccess store;
    private final Optional<Path> passwordFile;
    private final ReadOptions options;
    private final boolean takesAnyCertificate;
    private final List<CertificateFile.Contents> read = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private boolean isUnreadable;

    private ImportFiles(
            StoreAccess store, Optional<Path> passwordFile, ReadOptions options, boolean takesAnyCertificate) {
        this.takesAnyCertificate = takesAnyCertificate;
        this.store = store;
        this.passwordFile = passwordFile;
        this.options = options;
    }

    /**
     * Reads files, the files in folders, and standard input for {@code -}.
     *
     * @param passwordFile the password of encrypted files; without it, FILE.password beside each file
     */
    public static ImportFiles read(
            StoreAccess store, List<String> names, Optional<Path> passwordFile, ReadOptions options) {
        return new ImportFiles(store, passwordFile, options, false).read(names);
    }

    /** Reads a file, or standard input for {@code -}. A certificate that cannot be used is no problem. */
    static ImportFiles readAnyCertificate(StoreAccess store, String name) {
        return new ImportFiles(store, Optional.empty(), ReadOptions.strict(), true).read(List.of(name));
    }

    private ImportFiles read(List<String> names) {
        for (String name : names) {
            Path path = Path.of(name);
            if (name.equals("-")) {
                add("(standard input)", store.in(), Optional.empty());
            } else if (Files.isDirectory(path)) {
                readDirectory(path);
            } else {
                readFile(path, StandardOpenOption.READ);
            }
        }
        return this;
    }

    public void problem(String text) {
        problems.add(text);
    }

    public List<CertificateFile.Contents> contents() {
        return read;
    }

    public boolean hasProblems() {
        return !problems.isEmpty();
    }

    /** @throws CommandFailure when there was any problem */
    public void demandSound(String nothing) {
        if (problems.isEmpty()) {
            return;
        }
        problems.forEach(store::problem);
        throw new CommandFailure(
                isUnreadable ? ExitCode.INPUT_OUTPUT : ExitCode.REFUSED,
                nothing + ": " + Options.count(problems, "problem") + ", see above");
    }

    private void readDirectory(Path directory) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            for (Path each : stream) {
                String name = String.valueOf(each.getFileName());
                // Password files stand beside their files
                if (!name.startsWith(".")
                        && !name.endsWith(PASSWORD)
                        && !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    files.add(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            unreadable(directory + ": folder cannot be read");
            return;
        }
        if (files.size() > MAX_FILES) {
            problem(directory + ": more than " + MAX_FILES + " files in it");
            return;
        }
        if (files.isEmpty()) {
            problem(directory + ": no files in it");
        }
        files.sort(null);
        for (Path each : files) {
            // Somebody who may write to the folder must not make root read a file that they may not read themselves,
            // nor make it hang on a pipe
            if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                readFile(each, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            } else {
                problem(each + ": no regular file");
            }
        }
    }

    private void readFile(Path file, OpenOption... how) {
        try (InputStream in = Files.newInputStream(file, how)) {
            add(file.toString(), in, Optional.of(file.resolveSibling(file.getFileName() + PASSWORD)));
        } catch (IOException e) {
            unreadable(file + ": " + (Files.exists(file) ? "cannot be opened" : "no such file"));
        }
    }

    private void add(String name, InputStream in, Optional<Path> beside) {
        Optional<char[]> password =
                passwordFile.or(() -> beside.filter(Files::isRegularFile)).map(PasswordFile::read);
        CertificateFile file = CertificateFiles.read(
                name, in, password.map(options::withPassword).orElse(options));
        password.ifPresent(secret -> Arrays.fill(secret, '\0'));
        switch (file) {
            case CertificateFile.Contents contents -> {
                contents.elements().stream()
                        .filter(BadElement.class::isInstance)
                        .map(BadElement.class::cast)
                        .filter(each ->
                                !takesAnyCertificate || each.certificate().isEmpty())
                        .forEach(each -> problem(each.problem().toString()));
                contents.warnings().forEach(each -> store.warn(each.toString()));
                read.add(contents);
            }
            case CertificateFile.Refused(Refusal refusal, FormatProblem problem) -> {
                if (refusal == Refusal.UNREADABLE) {
                    unreadable(problem.toString());
                } else if (refusal == Refusal.PASSWORD_NEEDED) {
                    problem(problem + " (give --password-file, or put it into " + name + PASSWORD + ")");
                } else {
                    problem(problem.toString());
                }
            }
        }
    }

    private void unreadable(String text) {
        isUnreadable = true;
        problem(text);
    }

    private static final int MAX_FILES = 10_000;
    private static final String PASSWORD = ".password";
}
