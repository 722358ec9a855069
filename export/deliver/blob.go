package deliver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // azblob://
	_ "gocloud.dev/blob/fileblob"  // file://
	_ "gocloud.dev/blob/gcsblob"   // gs://
	_ "gocloud.dev/blob/s3blob"    // s3://
	"gocloud.dev/gcerrors"
)

const (
	blobTimeout = 10 * time.Minute
	// digestKey is the metadata of an object that holds its SHA-256.
	digestKey = "sha256"
)

// bucketSchemes are the kinds of object storage there are.
func bucketSchemes() []string { return []string{"s3", "azblob", "gs", "file"} }

// openBucket opens a bucket by its URL; tests have one in memory.
type openBucket func(ctx context.Context, url string) (*blob.Bucket, error)

func (b *Blob) check() []Mistake {
	var out []Mistake
	switch {
	case b.URL == "":
		out = append(out, Mistake{"blob", "the bucket is empty; write for instance s3://bucket?region=eu-central-1"})
	case !IsReference(b.URL):
		if err := checkBucket(b.URL); err != nil {
			out = append(out, Mistake{"blob", err.Error()})
		}
	}
	if strings.HasPrefix(b.Prefix, "/") || slices.Contains(strings.Split(b.Prefix, "/"), "..") || strings.ContainsAny(b.Prefix, "\\\r\n\x00") {
		out = append(out, Mistake{"prefix", fmt.Sprintf("%q must not begin with / nor have .. or \\ in it; write for instance reports/", b.Prefix)})
	}
	return append(out, keepMistakes(b.Keep, 0, b.Link)...)
}

// checkBucket checks the URL of a bucket. Errors show no more than the scheme.
func checkBucket(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return errors.New("it is no URL; write for instance s3://bucket?region=eu-central-1")
	}
	if !slices.Contains(bucketSchemes(), u.Scheme) {
		return fmt.Errorf("object storage of the kind %q is not known; the URL begins with one of %s", u.Scheme, strings.Join(bucketSchemes(), "://, ")+"://")
	}
	if u.Scheme == "file" && (u.Host != "" || u.Path == "") || u.Scheme != "file" && u.Host == "" {
		return errors.New("there is no bucket in the URL; write for instance s3://bucket or file:///folder")
	}
	if _, has := u.User.Password(); has {
		return errors.New("there is a password in the URL; give it to the environment, as the provider's own tools want it")
	}
	for name := range u.Query() {
		if sensitive.MatchString(name) {
			return fmt.Errorf("the parameter %s holds a secret; give it to the environment, as the provider's own tools want it", name)
		}
	}
	return nil
}

// at is where a reader finds an object of the bucket.
func (b *Blob) at(name string) string {
	if b.Link != "" {
		return under(b.Link, name)
	}
	return objectURL(b.URL, b.Prefix+name)
}

// objectURL is the URL of an object without the options of the bucket.
func objectURL(bucket, key string) string {
	u, err := url.Parse(bucket)
	if err != nil {
		return key
	}
	u.RawQuery, u.User = "", nil
	u.Path = strings.TrimSuffix(u.Path, "/") + "/" + key
	return u.String()
}

// address reads the URL of the bucket. A folder gets the options without which
// gocloud writes through another file system and leaves files of its own.
func (b *Blob) address(j *job) (string, error) {
	text, err := j.text(b.URL)
	if err != nil {
		return "", err
	}
	if err := checkBucket(text); err != nil {
		return "", permanent("%v", err)
	}
	for _, name := range []string{"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_CLIENT_SECRET"} {
		if v := os.Getenv(name); v != "" {
			j.known = append(j.known, v)
		}
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "file" {
		return text, nil
	}
	q := u.Query()
	for name, value := range map[string]string{"create_dir": "true", "no_tmp_dir": "true", "metadata": "skip"} {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

func (b *Blob) deliver(j *job) (Receipt, error) {
	if len(j.m.Artifacts) == 0 {
		return Receipt{Note: "there was no file to store"}, nil
	}
	address, err := b.address(j)
	if err != nil {
		return Receipt{}, err
	}
	ctx, cancel := context.WithTimeout(j, blobTimeout)
	defer cancel()
	bucket, err := j.s.open(ctx, address)
	if err != nil {
		return Receipt{}, wrapf(judgeBlob(err), "opening the bucket")
	}
	defer bucket.Close()
	var r Receipt
	for _, a := range j.m.Artifacts {
		n, err := upload(ctx, bucket, b.Prefix+a.Name, a)
		if err != nil {
			return Receipt{}, wrapf(judgeBlob(err), "writing %s", b.Prefix+a.Name)
		}
		r.Bytes += n
	}
	r.Reference = objectURL(address, b.Prefix)
	if len(j.m.Artifacts) == 1 {
		r.Reference = objectURL(address, b.Prefix+j.m.Artifacts[0].Name)
	}
	var notes []string
	if r.Bytes == 0 {
		notes = append(notes, "the same bytes were there already")
	}
	if note := b.retain(ctx, j, bucket); note != "" {
		notes = append(notes, note)
	}
	r.Note = strings.Join(notes, "; ")
	return r, nil
}

// upload writes an object and returns the bytes written: none when the object
// holds them already. An object that is not complete never shows.
func upload(ctx context.Context, bucket *blob.Bucket, key string, a Artifact) (int64, error) {
	if attrs, err := bucket.Attributes(ctx, key); err == nil && attrs.Size == a.Bytes && sameObject(ctx, bucket, key, attrs, a) {
		return 0, nil
	}
	source, err := open(a)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w, err := bucket.NewWriter(ctx, key, &blob.WriterOptions{
		ContentType: a.MediaType, Metadata: map[string]string{digestKey: a.SHA256},
		ContentDisposition: mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}),
	})
	if err != nil {
		return 0, err
	}
	n, err := a.copy(ctx, w, source)
	if err != nil {
		cancel() // before Close, which would finish the object
		_ = w.Close()
		return 0, err
	}
	return n, w.Close()
}

// sameObject goes by the digest in the metadata; where the bucket keeps none,
// as a folder does, by the bytes.
func sameObject(ctx context.Context, bucket *blob.Bucket, key string, attrs *blob.Attributes, a Artifact) bool {
	if digest := attrs.Metadata[digestKey]; digest != "" || a.SHA256 == "" {
		return digest == a.SHA256 && digest != ""
	}
	r, err := bucket.NewReader(ctx, key, nil)
	if err != nil {
		return false
	}
	defer r.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, r)
	return err == nil && hex.EncodeToString(sum.Sum(nil)) == a.SHA256
}

// retain removes the objects that retention does not keep. The report is
// delivered by then, so that trouble is a note.
func (b *Blob) retain(ctx context.Context, j *job, bucket *blob.Bucket) string {
	if b.Keep == 0 {
		return ""
	}
	if bad := unnamed(j.m.Artifacts); len(bad) > 0 {
		return fmt.Sprintf("nothing was removed, for the name %q has no time in it", bad[0])
	}
	var names []string
	listed := map[string]bool{}
	for _, a := range j.m.Artifacts {
		own, _ := parseName(a.Name)
		if listed[own.stem] {
			continue
		}
		listed[own.stem] = true
		for it := bucket.List(&blob.ListOptions{Prefix: b.Prefix + own.stem + "_", Delimiter: "/"}); ; {
			o, err := it.Next(ctx)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return fmt.Sprintf("nothing was removed: %v", err)
			}
			if !o.IsDir {
				names = append(names, strings.TrimPrefix(o.Key, b.Prefix))
			}
		}
	}
	for _, name := range outdated(names, j.m.Artifacts, b.Keep, time.Time{}) {
		if err := bucket.Delete(ctx, b.Prefix+name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return fmt.Sprintf("%q could not be removed: %v", name, err)
		}
	}
	return ""
}

// judgeBlob tells what will be the same next time.
func judgeBlob(err error) error {
	var own *Error
	if errors.As(err, &own) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return err
	}
	switch gcerrors.Code(err) {
	case gcerrors.NotFound, gcerrors.PermissionDenied, gcerrors.InvalidArgument, gcerrors.Unimplemented:
		return permanent("%v; check the bucket, its options and the rights of the account", err)
	}
	return err
}

func (b *Blob) preview(j *job) error {
	for _, a := range j.m.Artifacts {
		where := b.describe() + " object " + b.Prefix + a.Name
		if !IsReference(b.URL) {
			where = objectURL(b.URL, b.Prefix+a.Name)
		}
		fmt.Fprintf(j.w, "write %s (%s, %s)\n", where, a.MediaType, size(a.Bytes))
	}
	return nil
}
