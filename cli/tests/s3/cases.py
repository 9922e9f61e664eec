#!/usr/bin/env python3
"""Writes the cases of recorded.jsonl, to be recorded: what is typed, the files that are there, and what the server answers.

    python3 cases.py >/tmp/cases.jsonl
    python3 $ZONAL_SHARED/oracle/ops/record.py --bin aws --cases /tmp/cases.jsonl --out recorded.jsonl

`cargo xtask replay` runs `zonal s3` over them. No case has two transfers, so that the order of requests is always the same.
"""
import json

BUCKET = 'demo--usw2-az1--x-s3'
OTHER = 'other--usw2-az1--x-s3'
URL = 's3://' + BUCKET
CONFIG = '[default]\nregion = us-west-2\ns3 =\n  max_concurrent_requests = 1\n'
KEYS = '[default]\naws_access_key_id = AKIDEXAMPLE0000000001\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n'
TIME = 'Thu, 15 Jan 2026 10:00:00 GMT'
ETAG = '"5d41402abc4b2a76b9719d911017c592"'
FILES = {'cwd/a.txt': 'hello', 'cwd/d/one.txt': 'one', 'cwd/d/sub/two.bin': 'two', 'cwd/e/sub/two.bin': 'two'}

OK = {'headers': [['ETag', ETAG]]}
DELETED = {'status': 204}
OBJECT = {'headers': [['ETag', ETAG], ['Last-Modified', TIME], ['Content-Type', 'text/plain'], ['Accept-Ranges', 'bytes']], 'body': 'hello'}
XML = ['Content-Type', 'application/xml']
COPIED = {'headers': [XML], 'body': '<CopyObjectResult><LastModified>2026-01-15T10:00:00.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag></CopyObjectResult>'}


def error(status, code, message='no'):
    return {'status': status, 'headers': [XML], 'body': '<Error><Code>%s</Code><Message>%s</Message></Error>' % (code, message)}


def listing(keys, prefix='', directories=()):
    body = '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>%s</Name><Prefix>%s</Prefix>' % (BUCKET, prefix)
    body += '<KeyCount>%d</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>' % (len(keys) + len(directories))
    for key in keys:
        body += '<Contents><Key>%s</Key><LastModified>2026-01-15T10:00:00.000Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag>' % key
        body += '<Size>5</Size><StorageClass>EXPRESS_ONEZONE</StorageClass></Contents>'
    for directory in directories:
        body += '<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>' % directory
    return {'headers': [XML], 'body': body + '</ListBucketResult>'}


def deleted(key):
    """An answer to DeleteObject, and to DeleteObjects as well."""
    return {'headers': [XML], 'body': '<DeleteResult><Deleted><Key>%s</Key></Deleted></DeleteResult>' % key}


def case(name, words, rules=(OK,), stdin=None):
    return {
        'id': 's3-' + name, 'group': name.split('-')[0], 'note': '',
        'argv': ['aws', 's3'] + words + ['--endpoint-url', 'http://127.0.0.1:8080'],
        'env': {'PATH': '/usr/bin:/bin', 'HOME': '${HOME}', 'LANG': 'C.UTF-8', 'TZ': 'UTC', 'AWS_EC2_METADATA_DISABLED': 'true', 'AWS_MAX_ATTEMPTS': '2'},
        'files': dict(FILES, **{'.aws/config': CONFIG, '.aws/credentials': KEYS}),
        'cwd': '${HOME}/cwd', 'stdin': stdin, 'tty': None, 'stdout_kind': 'pipe', 'signal': None, 'isolation': False,
        'server': {'rules': list(rules)},
        'rc': None, 'stdout': None, 'stderr': None, 'request_count': None, 'requests': None, 'written': None, 'wall_s': 1.0, 'v2': None,
    }


def quiet(name, words, *rest, **more):
    return case(name, words + ['--no-progress'], *rest, **more)


DENIED = error(403, 'AccessDenied', 'Access Denied')
SLOW = error(503, 'SlowDown', 'Please reduce your request rate.')
BROKEN = error(500, 'InternalError', 'We encountered an internal error.')
NOT_FOUND = {'status': 404}
ONE = listing(['p/sub/two.bin'], 'p/')
TWO = listing(['p/one.txt', 'p/sub/two.bin'], 'p/')

CASES = [
    quiet('cp-up', ['cp', 'a.txt', URL + '/k.txt']),
    quiet('cp-up-bucket', ['cp', 'a.txt', URL]),
    quiet('cp-up-directory', ['cp', 'd/one.txt', URL + '/p/']),
    quiet('cp-up-type', ['cp', 'a.txt', URL + '/k', '--content-type', 'x/y']),
    quiet('cp-up-no-type', ['cp', 'a.txt', URL + '/k', '--no-guess-mime-type']),
    case('cp-up-progress', ['cp', 'a.txt', URL + '/k']),
    quiet('cp-up-quiet', ['cp', 'a.txt', URL + '/k', '--quiet']),
    quiet('cp-up-only-errors', ['cp', 'a.txt', URL + '/k', '--only-show-errors']),
    quiet('cp-up-dryrun', ['cp', 'a.txt', URL + '/k', '--dryrun']),
    quiet('cp-up-denied', ['cp', 'a.txt', URL + '/k'], [DENIED]),
    quiet('cp-up-denied-only-errors', ['cp', 'a.txt', URL + '/k', '--only-show-errors'], [DENIED]),
    quiet('cp-up-denied-quiet', ['cp', 'a.txt', URL + '/k', '--quiet'], [DENIED]),
    quiet('cp-up-slow', ['cp', 'a.txt', URL + '/k'], [SLOW, OK]),
    quiet('cp-up-broken', ['cp', 'a.txt', URL + '/k'], [BROKEN, BROKEN]),
    quiet('cp-up-none', ['cp', 'none', URL + '/k']),
    quiet('cp-up-is-directory', ['cp', 'd', URL + '/p']),
    quiet('cp-up-recursive', ['cp', 'e', URL + '/p', '--recursive']),
    quiet('cp-up-recursive-exclude', ['cp', 'd', URL + '/p', '--recursive', '--exclude', '*.bin']),
    quiet('cp-up-recursive-include', ['cp', 'd', URL + '/p', '--recursive', '--exclude', '*', '--include', 'sub/*']),
    quiet('cp-up-recursive-dryrun', ['cp', 'd', URL + '/p/', '--recursive', '--dryrun']),
    quiet('cp-up-recursive-denied', ['cp', 'e', URL + '/p', '--recursive'], [DENIED]),
    quiet('cp-up-expected-size', ['cp', '-', URL + '/k', '--expected-size', '5'], stdin='hello'),
    quiet('cp-stdin', ['cp', '-', URL + '/k'], stdin='hello'),
    quiet('cp-stdin-empty', ['cp', '-', URL + '/k'], stdin=''),
    quiet('cp-stdin-denied', ['cp', '-', URL + '/k'], [DENIED], stdin='hello'),
    quiet('cp-stdin-recursive', ['cp', '-', URL + '/k', '--recursive'], stdin='hello'),
    quiet('cp-stdout', ['cp', URL + '/k', '-'], [OBJECT]),
    quiet('cp-stdout-none', ['cp', URL + '/k', '-'], [NOT_FOUND]),
    quiet('cp-down', ['cp', URL + '/k.txt', 'new.txt'], [OBJECT]),
    quiet('cp-down-here', ['cp', URL + '/p/k.txt', '.'], [OBJECT]),
    quiet('cp-down-replaces', ['cp', URL + '/k.txt', 'a.txt'], [OBJECT]),
    quiet('cp-down-new-directory', ['cp', URL + '/k.txt', 'new/'], [OBJECT]),
    quiet('cp-down-none', ['cp', URL + '/k', 'new'], [NOT_FOUND]),
    quiet('cp-down-denied', ['cp', URL + '/k', 'new'], [OBJECT, DENIED]),
    quiet('cp-down-head-denied', ['cp', URL + '/k', 'new'], [{'status': 403}]),
    quiet('cp-down-dryrun', ['cp', URL + '/k', 'new', '--dryrun'], [OBJECT]),
    quiet('cp-down-recursive', ['cp', URL + '/p', 'new', '--recursive'], [ONE, OBJECT]),
    quiet('cp-down-recursive-exclude', ['cp', URL + '/p', 'new', '--recursive', '--exclude', '*.bin'], [TWO, OBJECT]),
    quiet('cp-down-recursive-nothing', ['cp', URL + '/p', 'new', '--recursive'], [listing([], 'p/')]),
    quiet('cp-down-recursive-denied', ['cp', URL + '/p', 'new', '--recursive'], [DENIED]),
    quiet('cp-down-recursive-hostile', ['cp', URL + '/p', 'new', '--recursive'], [listing(['p/../../up', 'p/ok'], 'p/'), OBJECT, OBJECT]),
    quiet('cp-copy', ['cp', URL + '/k', URL + '/c'], [OBJECT, COPIED]),
    quiet('cp-copy-other-bucket', ['cp', URL + '/k', 's3://%s/c' % OTHER], [OBJECT, COPIED]),
    quiet('cp-copy-denied', ['cp', URL + '/k', URL + '/c'], [OBJECT, DENIED]),
    quiet('cp-copy-recursive', ['cp', URL + '/p', URL + '/c', '--recursive'], [ONE, COPIED]),
    quiet('cp-local', ['cp', 'a.txt', 'b.txt']),
    quiet('cp-one-path', ['cp', 'a.txt']),
    quiet('cp-no-key', ['cp', URL, 'new']),
    quiet('cp-no-bucket', ['cp', 'a.txt', 's3://']),
    quiet('cp-unknown-option', ['cp', 'a.txt', URL + '/k', '--nothing']),
    quiet('mv-up', ['mv', 'a.txt', URL + '/k']),
    quiet('mv-up-denied', ['mv', 'a.txt', URL + '/k'], [DENIED]),
    quiet('mv-up-dryrun', ['mv', 'a.txt', URL + '/k', '--dryrun']),
    quiet('mv-up-recursive', ['mv', 'e', URL + '/p', '--recursive']),
    quiet('mv-up-none', ['mv', 'none', URL + '/k']),
    quiet('mv-down', ['mv', URL + '/k', 'new'], [OBJECT, OBJECT, DELETED]),
    quiet('mv-down-none', ['mv', URL + '/k', 'new'], [NOT_FOUND]),
    quiet('mv-down-delete-denied', ['mv', URL + '/k', 'new'], [OBJECT, OBJECT, DENIED]),
    quiet('mv-within', ['mv', URL + '/k', URL + '/c'], [OBJECT, COPIED, DELETED]),
    quiet('mv-other-bucket', ['mv', URL + '/k', 's3://%s/c' % OTHER], [OBJECT, COPIED, DELETED]),
    quiet('mv-itself', ['mv', URL + '/k', URL + '/k']),
    quiet('mv-stdin', ['mv', '-', URL + '/k'], stdin='hello'),
    case('rm', ['rm', URL + '/k'], [DELETED]),
    case('rm-dryrun', ['rm', URL + '/k', '--dryrun']),
    case('rm-quiet', ['rm', URL + '/k', '--quiet'], [DELETED]),
    case('rm-only-errors', ['rm', URL + '/k', '--only-show-errors'], [DELETED]),
    case('rm-denied', ['rm', URL + '/k'], [DENIED]),
    case('rm-recursive', ['rm', URL + '/p', '--recursive'], [ONE, deleted('p/sub/two.bin')]),
    case('rm-recursive-exclude', ['rm', URL + '/p', '--recursive', '--exclude', '*.bin'], [TWO, deleted('p/one.txt')]),
    case('rm-recursive-dryrun', ['rm', URL + '/p', '--recursive', '--dryrun'], [TWO]),
    case('rm-recursive-nothing', ['rm', URL + '/p', '--recursive'], [listing([], 'p/')]),
    case('rm-recursive-list-denied', ['rm', URL + '/p', '--recursive'], [DENIED]),
    case('rm-local', ['rm', 'a.txt']),
    case('rm-no-key', ['rm', URL]),
    case('ls', ['ls', URL], [listing(['a', 'b'], '', ['d/', 'e/'])]),
    case('ls-slash', ['ls', URL + '/'], [listing(['a', 'b'], '', ['d/', 'e/'])]),
    case('ls-bare', ['ls', BUCKET], [listing(['a'])]),
    case('ls-prefix', ['ls', URL + '/p/'], [listing(['p/one.txt'], 'p/', ['p/sub/'])]),
    case('ls-name', ['ls', URL + '/p'], [listing([], '', ['p/', 'q/'])]),
    case('ls-recursive', ['ls', URL, '--recursive'], [listing(['a', 'd/b', 'd/e/c'])]),
    case('ls-recursive-prefix', ['ls', URL + '/p/', '--recursive'], [TWO]),
    case('ls-human', ['ls', URL, '--human-readable'], [listing(['a'])]),
    case('ls-summarize', ['ls', URL, '--summarize'], [listing(['a', 'b'], '', ['d/'])]),
    case('ls-summarize-human', ['ls', URL, '--summarize', '--human-readable', '--recursive'], [listing(['a', 'b'])]),
    case('ls-odd-names', ['ls', URL], [listing(['a+b', 'c%0Ad', '%E6%97%A5'])]),
    case('ls-nothing', ['ls', URL], [listing([])]),
    case('ls-nothing-below', ['ls', URL + '/none/'], [listing([], 'none/')]),
    case('ls-no-bucket', ['ls', URL], [error(404, 'NoSuchBucket', 'The specified bucket does not exist')]),
    case('ls-denied', ['ls', URL], [DENIED]),
    case('ls-unknown-option', ['ls', URL, '--nothing']),
]

if __name__ == '__main__':
    for one in CASES:
        print(json.dumps(one))
