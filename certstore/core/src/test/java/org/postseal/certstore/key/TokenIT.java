package org.postseal.certstore.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests keys on a SoftHSM token, which they never leave. */
class TokenIT {
    private static final String RSA_SCHEMES =
            "RSA_PKCS1_MD5 RSA_PKCS1_SHA1 RSA_PKCS1_SHA256 RSA_PKCS1_SHA384 RSA_PKCS1_SHA512"
                    + " RSA_PSS_SHA256 RSA_PSS_SHA384 RSA_PSS_SHA512";
    private static final String EC_SCHEMES = "ECDSA_SHA1 ECDSA_SHA256 ECDSA_SHA384 ECDSA_SHA512";

    @TempDir
    Path directory;

    @Test
    void keysSignAndOpenWithoutLeavingTheToken() throws Exception {
        assertThat(probe("use"))
                .containsExactlyInAnyOrder(
                        "keys 6",
                        "CN=rsa@example.com hardware true encoding none signs " + RSA_SCHEMES,
                        "CN=rsa@example.com opens yes yes yes rejects 32 octets, same again, same anew",
                        "CN=ec@example.com hardware true encoding none signs " + EC_SCHEMES,
                        "CN=ec@example.com opens yes yes rejects 32 octets, same again, other anew",
                        "CN=brainpoolp256r1@example.com hardware true encoding none signs " + EC_SCHEMES,
                        "CN=brainpoolp256r1@example.com opens yes yes rejects 32 octets, same again, other anew",
                        "CN=brainpoolp384r1@example.com hardware true encoding none signs " + EC_SCHEMES,
                        "CN=brainpoolp384r1@example.com opens yes yes rejects 32 octets, same again, other anew",
                        "CN=brainpoolp512r1@example.com hardware true encoding none signs " + EC_SCHEMES,
                        "CN=brainpoolp512r1@example.com opens yes yes rejects 32 octets, same again, other anew",
                        "CN=imported@example.com certificate elsewhere hardware true encoding none signs "
                                + RSA_SCHEMES,
                        "CN=imported@example.com certificate elsewhere opens yes yes yes rejects 32 octets, same again,"
                                + " same anew",
                        "token signs for nobody else: true",
                        "without PSS signs " + RSA_SCHEMES,
                        "at once 64 signatures, 1 value",
                        "counted sign RSASSA-PSS SunPKCS11-hsm 9 0",
                        "counted sign RSASSA-PSS software 1 0",
                        "counted sign SHA256withRSA SunPKCS11-hsm 67 0",
                        "counted sign SHA256withRSA software 1 0",
                        "counted decrypt_key RSAES-PKCS1-v1_5 SunPKCS11-hsm 8 0",
                        "counted decrypt_key RSAES-PKCS1-v1_5 software 1 0");
    }

    @Test
    void aTokenThatWasLostIsUsedAgainWhenItIsBack() throws Exception {
        assertThat(probe("loss"))
                .containsExactly(
                        "before signs",
                        "logged out by another signs",
                        "away refuses refuses",
                        "away waits, damaged waits",
                        "back signs",
                        "back opens true",
                        "another login signs",
                        "counted sign SHA256withRSA SunPKCS11-hsm 4 2",
                        "counted sign SHA256withRSA none 0 2",
                        "counted decrypt_key RSAES-PKCS1-v1_5 SunPKCS11-hsm 2 0",
                        "counted decrypt_key RSAES-PKCS1-v1_5 none 0 2",
                        "substitutes agree true");
    }

    @Test
    void aRefusedPinIsNotOfferedTwice() throws Exception {
        assertThat(probe("pin"))
                .containsExactly(
                        "wrong at start: token hsm: the PIN in wrong is refused",
                        "no file: PIN file absent cannot be read",
                        "no such token: no token with the label nobody",
                        "no library: PKCS #11 library none.so cannot be loaded",
                        "right signs",
                        "changed: token hsm: the PIN in changing is refused",
                        "at once: token hsm: the PIN in changing is refused",
                        "later: token hsm: the PIN in changing was refused and is not tried again",
                        "right again signs");
    }

    private List<String> probe(String what) throws Exception {
        Path tokens = Files.createDirectory(directory.resolve("tokens"));
        Path configuration = Files.writeString(
                directory.resolve("softhsm2.conf"), "directories.tokendir = " + tokens + "\nlog.level = ERROR\n");
        run(
                configuration,
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                "postseal",
                "--pin",
                "1234",
                "--so-pin",
                "5678");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return run(
                        configuration,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        TokenProbe.class.getName(),
                        directory.toString(),
                        what)
                .lines()
                .filter(line -> !line.contains(" -- "))
                .toList();
    }

    private String run(Path configuration, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SOFTHSM2_CONF", configuration.toString());
        Path errors = directory.resolve("errors");
        Process process = builder.redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output + Files.readString(errors)).isZero();
        return output;
    }
}
