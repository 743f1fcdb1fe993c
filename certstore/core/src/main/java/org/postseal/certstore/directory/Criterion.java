package org.postseal.certstore.directory;

import java.util.Comparator;
import java.util.List;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.PublicKeyKind;

/** By what one usable certificate goes before another. The order of the constants is that of their weight for encryption. */
public enum Criterion {
    /** It comes from an earlier source. */
    SOURCE("its source comes first"),
    /** It stood in a better place of the same source. */
    TIER("its place in the source comes first"),
    /** Its key is one that every client reads, the other one for ML-KEM. */
    CLASSICAL("its key is none for ML-KEM, which few read"),
    /** Its owner marked or chose it. */
    FLAGGED("its owner chose it"),
    /** It carries the address asked for, the other one only another address of the same owner. */
    EXACT_ADDRESS("it carries the address itself"),
    /** It is valid from a later time on. */
    NEWEST("it is the newest"),
    /** It is valid for longer. */
    LONGEST("it is valid for longer"),
    /** Nothing tells them apart that means anything. */
    LOWEST_ID("its SHA-256 is the lowest");

    private final String text;

    Criterion(String text) {
        this.text = text;
    }

    /** One lower-case phrase for explanations. */
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

    /** Those that count for a purpose, the weightiest first. For signing any key is as good as another of the same user, wherever it is kept. */
    static List<Criterion> of(CertificatePurpose purpose) {
        return switch (purpose) {
            case ENCRYPT -> List.of(values());
            case SIGN -> List.of(FLAGGED, NEWEST, LONGEST, LOWEST_ID, SOURCE, TIER);
        };
    }
}
