import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * For the build: takes the signatures out of the jars of a folder, and the digests that go with them out of their
 * manifests; nothing else of them changes. Why: docs/decisions/0031-unsigned-libraries.md. A jar without a
 * signature stays as it is. The same jar gives the same octets.
 *
 * Argument: the folder.
 */
final class Unsigned {
    /** What belongs to a signature (JAR File Specification, "Signed JAR File"). */
    private static final Pattern SIGNATURE =
            Pattern.compile("META-INF/([^/]+\\.(SF|RSA|DSA|EC)|SIG-[^/]*)", Pattern.CASE_INSENSITIVE);

    public static void main(String[] arguments) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
        for (Path jar : jars) {
            if (isSigned(jar)) {
                Path unsigned = jar.resolveSibling(jar.getFileName() + ".unsigned");
                copy(jar, unsigned);
                Files.move(unsigned, jar, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static boolean isSigned(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .anyMatch(entry -> SIGNATURE.matcher(entry.getName()).matches());
        }
    }

    private static void copy(Path jar, Path unsigned) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(unsigned))) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!SIGNATURE.matcher(entry.getName()).matches()) {
                    byte[] octets = zip.getInputStream(entry).readAllBytes();
                    add(out, entry, entry.getName().equals(JarFile.MANIFEST_NAME) ? withoutDigests(octets) : octets);
                }
            }
        }
    }

    private static void add(ZipOutputStream out, ZipEntry like, byte[] octets) throws IOException {
        ZipEntry entry = new ZipEntry(like.getName());
        entry.setTimeLocal(like.getTimeLocal());
        out.putNextEntry(entry);
        out.write(octets);
        out.closeEntry();
    }

    /** A section for a file goes when digests are all there is in it; sealed packages and the like stay. */
    private static byte[] withoutDigests(byte[] octets) throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(octets));
        manifest.getEntries()
                .values()
                .forEach(section ->
                        section.keySet().removeIf(name -> name.toString().endsWith("-Digest")));
        manifest.getEntries().values().removeIf(section -> section.isEmpty());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        manifest.write(out);
        return out.toByteArray();
    }
}
