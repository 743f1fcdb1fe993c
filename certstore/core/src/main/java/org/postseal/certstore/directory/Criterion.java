package org.postseal.certstore.directory;

import java.util.Comparator;
import java.util.List;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.PublicKeyKind;

/**
 * The criteria by which one usable certificate is preferred to another. The constants are in the order of their weight
 * for encryption.
 */
public enum Criterion {
    /** The certificate comes from an earlier source. */
    SOURCE("its source comes first"),
    /** The certificate comes from a better place in the same source. */
    TIER("its place in the source comes first"),
    /** Every client can read mail for this key, and the other key is an ML-KEM key. */
    CLASSICAL("its key is none for ML-KEM, which few read"),
    /** The owner flagged or chose the certificate. */
    FLAGGED("its owner chose it"),
    /** The certificate carries the address asked for, and the other one only another address of the same owner. */
    EXACT_ADDRESS("it carries the address itself"),
    /** The certificate became valid later. */
    NEWEST("it is the newest"),
    /** The certificate stays valid for longer. */
    LONGEST("it is valid for longer"),
    /** No meaningful difference decides between the two. */
    LOWEST_ID("its SHA-256 is the lowest");

    private final String text;

    Criterion(String text) {
        this.text = text;
    }

    /** Returns one lower-case phrase for explanations. */
    public String text() {
        return text;
    }

    Comparator<Judged<?>> order() {
        return switch (this) {
            case SOURCE -> Comparator.comparingInt(each -> each.offer().place());
            case TIER ->
                Comparator.comparingInt(each -> each.offer().candidate().tier());
            case CLASSICAL -> Comparator.comparing(each -> each.certificate().keyKind() instanceof PublicKeyKind.MlKem);
            case FLAGGED ->
                Comparator.comparing(each -> !each.offer().candidate().isFlagged());
            case EXACT_ADDRESS -> Comparator.comparing(each -> !each.isExact());
            case NEWEST ->
                Comparator.comparing((Judged<?> each) -> each.certificate().notBefore(), Comparator.reverseOrder());
            case LONGEST ->
                Comparator.comparing((Judged<?> each) -> each.certificate().notAfter(), Comparator.reverseOrder());
            case LOWEST_ID ->
                Comparator.comparing(each -> each.certificate().id().hex());
        };
    }

    /**
     * Returns the criteria that count for a purpose, the weightiest first. For signing, all keys of a user are equally
     * good, wherever they are kept.
     */
    static List<Criterion> of(CertificatePurpose purpose) {
        return switch (purpose) {
            case ENCRYPT -> List.of(values());
            case SIGN -> List.of(FLAGGED, NEWEST, LONGEST, LOWEST_ID, SOURCE, TIER);
        };
    }
}
