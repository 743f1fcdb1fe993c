package org.postseal.certstore.format;

/** Puts the elements of a serialized store into a bundle. */
final class SstBundle {
    private SstBundle() {}

    static CertificateFile read(Bundle bundle, byte[] octets, ReadOptions options) throws RefusedException {
        SstContents store = SstReader.readFile(octets, options.sstMode());
        for (SstContents.Notice each : store.problems()) {
            switch (each.refusal()) {
                case TOO_LARGE, TOO_MANY ->
                    throw new RefusedException(each.refusal(), position(bundle, each), each.message());
                case MALFORMED,
                        UNKNOWN_FORMAT,
                        UNREADABLE,
                        UNSUPPORTED,
                        TOO_EXPENSIVE,
                        PASSWORD_NEEDED,
                        WRONG_PASSWORD -> {} // these become bad elements below
            }
        }
        for (SstElement each : store.elements()) {
            int number = bundle.next();
            Position position = Position.offset(bundle.file(), number, each.offset());
            switch (each.kind()) {
                case CERTIFICATE ->
                    bundle.addCertificate(position, each.der(), new Bundle.Remarks(each.windowsUsages(), ""));
                case CRL -> bundle.addCrl(position, each.der());
                case CTL -> bundle.warn(position, "a certificate trust list is skipped");
            }
        }
        for (SstContents.Notice each : store.problems()) {
            bundle.bad(position(bundle, each), each.message());
        }
        store.warnings().forEach(each -> bundle.warn(position(bundle, each), each.message()));
        return bundle.finish(Format.SST);
    }

    private static Position position(Bundle bundle, SstContents.Notice notice) {
        return Position.offset(bundle.file(), notice.element(), notice.offset());
    }
}
