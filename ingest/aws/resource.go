// Package aws holds what the report formats of Amazon Web Services have in
// common: the findings of Inspector, which ECR's enhanced scans repeat, and
// the resources that they and Security Hub name (Inspector2 API Finding and
// Resource, ECR API EnhancedImageScanFinding, ASFF Resources).
package aws

import (
	"strconv"
	"strings"
	"time"

	"argosy/ingest/jsonread"
	"argosy/schema"
)

// ARN is an Amazon resource name taken apart.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// ParseARN takes an Amazon resource name apart. It reports false for other
// text.
func ParseARN(s string) (ARN, bool) {
	p := strings.SplitN(s, ":", 6)
	if len(p) != 6 || p[0] != "arn" {
		return ARN{}, false
	}
	return ARN{p[1], p[2], p[3], p[4], p[5]}, true
}

// Registry is the host of an account's private registry in a region. Without
// a region, which basic scans do not name, it is the account.
func Registry(account, region, partition string) string {
	switch {
	case account == "" || region == "":
		return account
	case strings.HasPrefix(partition, "aws-cn") || strings.HasPrefix(region, "cn-"):
		return account + ".dkr.ecr." + region + ".amazonaws.com.cn"
	}
	return account + ".dkr.ecr." + region + ".amazonaws.com"
}

// Time reads a time, which AWS writes as text or as seconds since 1970.
func Time(w *jsonread.Row, names ...string) time.Time {
	for _, name := range names {
		s := w.Text(name)
		if t := jsonread.ParseTime(s); !t.IsZero() {
			return t
		}
		// Up to the year 9999; CloudWatch writes milliseconds.
		sec, err := strconv.ParseFloat(s, 64)
		if err == nil && sec > 1e11 {
			sec /= 1000
		}
		if err == nil && sec > 0 && sec < 253402300800 {
			return time.UnixMilli(int64(sec * 1000)).UTC()
		}
	}
	return time.Time{}
}

// Resource describes what a finding is about and returns a key for it. The
// members of res that say so are taken off its rest.
func Resource(res *jsonread.Row) (key string, img schema.Image) {
	id, kind := res.Text("id"), res.Text("type")
	arn, isARN := ParseARN(id)
	region, partition := res.Text("region"), res.Text("partition")
	if region == "" || isARN && arn.Region != "" {
		region, partition = arn.Region, arn.Partition
	}
	if tags := res.Row("tags"); tags.Len() > 0 {
		img.Labels = map[string]string{}
		for _, k := range tags.Keys() {
			img.Labels[k] = tags.Text(k)
		}
	}
	details := res.Row("details")
	switch ecr, box := details.Row("awsEcrContainerImage"), details.Row("container"); {
	case ecr.Len() > 0 || isARN && arn.Service == "ecr":
		readECR(&img, ecr, arn, region, partition)
		return img.Registry + "/" + img.Repository + "@" + img.Digest + ":" + img.Tag, img
	case box.Len() > 0 || strings.EqualFold(kind, "Container"):
		img.Name = box.Text("imageName")
		if img.Name == "" {
			img.Name = id
		}
		if imageID := box.Text("imageId"); strings.HasPrefix(imageID, "sha256:") {
			img.ConfigDigest = imageID
		}
		return img.Name, img
	}
	img.Kind, img.Name = schema.KindOther, id
	if img.Name == "" {
		img.Name = kind
	}
	switch strings.ToLower(kind) {
	case "aws_ec2_instance", "awsec2instance":
		img.Kind = schema.KindHost
		img.Distribution, img.DistributionVersion = Platform(details.Row("awsEc2Instance").Text("platform"))
	case "code_repository", "awscodecommitrepository":
		img.Kind = schema.KindRepository
	}
	return string(img.Kind) + " " + img.Name, img
}

// readECR reads an image of ECR from its details, and from its name where the
// details are missing: arn:aws:ecr:REGION:ACCOUNT:repository/NAME/DIGEST.
func readECR(img *schema.Image, ecr *jsonread.Row, arn ARN, region, partition string) {
	account := ecr.Text("registry", "registryId")
	if account == "" {
		account = arn.Account
	}
	img.Registry = Registry(account, region, partition)
	img.Repository, img.Digest = ecr.Text("repositoryName"), ecr.Text("imageHash", "imageDigest")
	if path, ok := strings.CutPrefix(arn.Resource, "repository/"); ok {
		name, digest := path, ""
		if i := strings.LastIndex(path, "/sha256:"); i > 0 {
			name, digest = path[:i], path[i+1:]
		}
		if img.Repository == "" {
			img.Repository = name
		}
		if img.Digest == "" {
			img.Digest = digest
		}
	}
	for i, tag := range ecr.Texts("imageTags") {
		if i == 0 {
			img.Tag = tag
		} else {
			img.References = append(img.References, img.Registry+"/"+img.Repository+":"+tag)
		}
	}
	img.Architecture = ecr.Text("architecture")
	img.Distribution, img.DistributionVersion = Platform(ecr.Text("platform"))
	img.Pushed = Time(ecr, "pushedAt", "imagePublishedAt")
}

// Platform takes AWS's word for a distribution apart: DEBIAN_10,
// AMAZON_LINUX_2, ALPINE_LINUX_3_18.
func Platform(s string) (distribution, version string) {
	words := strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return c == '_' || c == ' ' })
	n := len(words)
	for i, w := range words {
		if w[0] >= '0' && w[0] <= '9' {
			n, version = i, strings.Join(words[i:], ".")
			break
		}
	}
	return strings.TrimSuffix(strings.Join(words[:n], " "), " linux"), version
}
