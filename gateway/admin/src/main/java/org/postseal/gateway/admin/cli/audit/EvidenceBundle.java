package org.postseal.gateway.admin.cli.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.admin.page.TextPage;
import org.postseal.gateway.audit.chain.Evidence;

/**
 * What a third party gets about a message: files that prove its records, and a page that says how to check them.
 *
 * @param about the message, in words
 * @param host the gateway that wrote the log
 * @param made the time when the bundle was made
 * @param proofs the proofs of its records
 * @param stamps time stamps of the checkpoints and revocation lists for the authority that made them, by file name
 * @param certificates the certificates that the records name
 * @param validations what the verdicts on the certificates rest on
 * @param policies the policies by which the gateway decided
 */
record EvidenceBundle(
        String about,
        String host,
        Instant made,
        List<Evidence.Proof> proofs,
        Map<String, byte[]> stamps,
        UsedCertificates certificates,
        UsedValidations validations,
        UsedPolicies policies) {
    EvidenceBundle {
        proofs = List.copyOf(proofs);
        stamps = Map.copyOf(stamps);
    }

    /** Returns the content of the files by their names. */
    Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("README.md", readme().getBytes(UTF_8));
        for (Evidence.Proof proof : proofs) {
            for (Evidence.Step step : proof.steps()) {
                switch (step) {
                    case Evidence.Shown shown -> files.put(name(shown), line(shown.line()));
                    case Evidence.Hidden hidden ->
                        files.put(name(hidden), (String.join("\n", hidden.hashes()) + "\n").getBytes(US_ASCII));
                }
            }
            Evidence.Signed checkpoint = proof.checkpoint();
            files.put(name(checkpoint) + ".json", line(checkpoint.line()));
            files.put(name(checkpoint) + ".signature", checkpoint.signature());
            files.put(keyName(checkpoint.key()), checkpoint.keyPem().getBytes(US_ASCII));
        }
        files.putAll(stamps);
        certificates
                .found()
                .forEach((id, certificate) ->
                        files.put(certificateName(id), certificate.toPem().getBytes(US_ASCII)));
        files.putAll(validations.files());
        policies.found().forEach((sha256, octets) -> files.put(UsedPolicies.name(sha256), octets));
        return files;
    }

    // Commands on the page hold only numbers, hexadecimal digits and times, whatever the log says
    private String readme() {
        return TextPage.of(to -> JteevidenceGenerated.render(to, null, this));
    }

    /** Returns the SHA-256 of each key that signed, once. */
    List<String> keys() {
        return proofs.stream().map(proof -> proof.checkpoint().key()).distinct().toList();
    }

    /**
     * Returns the names of the files that a check needs and the bundle lacks. They are certificates, or responses and
     * lists if no certificate is lacking.
     */
    List<String> lacking(UsedValidations.Check check) {
        List<String> lacking = check.certificates().stream()
                .filter(id -> !certificates.found().containsKey(id))
                .map(EvidenceBundle::certificateName)
                .toList();
        return lacking.isEmpty()
                ? check.answers().stream()
                        .map(check::file)
                        .filter(validations.missing()::contains)
                        .toList()
                : lacking;
    }

    static String name(Evidence.Shown shown) {
        return "record-" + shown.number() + ".json";
    }

    static String name(Evidence.Hidden hidden) {
        return "others-" + hidden.first() + "-" + hidden.last() + ".txt";
    }

    static String name(Evidence.Signed checkpoint) {
        return "checkpoint-" + checkpoint.number();
    }

    static String stampName(Evidence.Signed checkpoint) {
        return name(checkpoint) + ".tsr";
    }

    static String listsName(Evidence.Signed checkpoint) {
        return name(checkpoint) + ".crl";
    }

    static String keyName(String id) {
        return "key-" + id + ".pem";
    }

    static String certificateName(String id) {
        return "certificate-" + id + ".pem";
    }

    private static byte[] line(byte[] line) {
        byte[] ended = Arrays.copyOf(line, line.length + 1);
        ended[line.length] = '\n';
        return ended;
    }
}
