package org.postseal.certstore.remote.sync;

import java.util.List;

class InMemoryMirrorTest extends DirectoryMirrorContract {
    @Override
    protected DirectoryMirror mirror() {
        return new InMemoryMirror();
    }

    @Override
    protected List<MirroredEntry> entries(DirectoryMirror mirror, String source) {
        return List.copyOf(((InMemoryMirror) mirror).entries(source).values());
    }
}
