package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.path.TestAuthority;

class AnchorFileTest {
    @TempDir
    private Path folder;

    @Test
    void everyCertificateOfTheFileIsRead() throws Exception {
        MailCertificate one = new TestAuthority("One").root();
        MailCertificate other = new TestAuthority("Other").root();
        assertThat(AnchorFile.certificates(file("# ours\n" + one.toPem() + "\n" + other.toPem())))
                .containsExactly(one.x509(), other.x509());
    }

    @Test
    void aFileWithoutAnyIsNamed() throws IOException {
        Path file = file("");
        assertThatThrownBy(() -> AnchorFile.certificates(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " has no certificate");
        assertThatThrownBy(() -> AnchorFile.tls(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " has no certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "no PEM", DAMAGED})
    void whatIsNoCertificateIsRefused(String content) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> AnchorFile.tls(file)).isInstanceOf(CertificateException.class);
    }

    @Test
    void oneThatIsDamagedAmongOthersIsNotPassedOver() throws IOException {
        Path file = file(new TestAuthority("One").root().toPem() + DAMAGED);
        assertThatThrownBy(() -> AnchorFile.tls(file)).isInstanceOf(CertificateException.class);
    }

    @Test
    void aFileThatIsNotThereIsNoEmptyOne() {
        assertThatThrownBy(() -> AnchorFile.tls(folder.resolve("none.pem"))).isInstanceOf(NoSuchFileException.class);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "trust", ".pem"), content);
    }

    private static final String DAMAGED = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
}
