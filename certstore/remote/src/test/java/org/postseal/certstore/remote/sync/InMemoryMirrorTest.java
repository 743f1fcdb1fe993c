package org.postseal.certstore.remote.sync;

import java.util.List;

class InMemoryMirrorTest extends DirectoryMirrorContract {
    @Override
    protected DirectoryMirror mirror() {
        return new InMemoryMirror();
    }

    @Override
    protected List<String> fingerprints(DirectoryMirror mirror, String source) {
        return ((InMemoryMirror) mirror)
                .entries(source).values().stream()
                        .map(MirroredEntry::fingerprint)
                        .toList();
    }
}
